// Boxes to tick. Many of them stand in a list that scrolls, with a search; there the arrow keys go from box to box.
const MOST_WITHOUT_SEARCH = 12;

function made(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function render({ model, el }) {
  const title = model.get("title");
  const count = made("small");
  const rows = model.get("labels").map(([code, label]) => row(code, label));
  const boxes = rows.map(({ box }) => box);
  const shown = () => rows.filter(({ element }) => !element.hidden);
  const all = button("all", () => setShown(true));
  const none = button("none", () => setShown(false));
  const search = made("input", { type: "search", placeholder: `Search ${title.toLowerCase()}` });
  search.setAttribute("aria-label", search.placeholder);
  const list = made("div", { className: "boxes" }, ...rows.map(({ element }) => element));
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", title);
  const head = made("div", { className: "head" }, made("strong", { textContent: title }), " ", count, all, none);

  function row(code, label) {
    const box = made("input", { type: "checkbox", value: code });
    return { box, words: label.toLowerCase(), element: made("label", {}, box, made("span", { textContent: label })) };
  }

  function button(words, press) {
    const made_ = made("button", { type: "button", textContent: words, onclick: press });
    made_.setAttribute("aria-label", `${title}: ${words}`);
    return made_;
  }

  function setShown(isTicked) {
    for (const { box } of shown()) box.checked = isTicked;
    tell();
  }

  function tell() {
    model.set("ticked", boxes.filter((box) => box.checked).map((box) => box.value));
    model.save_changes();
  }

  // What all and none are for, and how much is ticked.
  function say() {
    const ticked = model.get("ticked").length;
    const of = search.value.trim() ? " of those found" : "";
    all.title = `Tick all${of}`;
    none.title = `Untick all${of}`;
    count.textContent = ticked < boxes.length ? `${ticked} of ${boxes.length}` : model.get("hint");
  }

  function draw() {
    const ticked = new Set(model.get("ticked"));
    for (const box of boxes) box.checked = ticked.has(box.value);
    say();
  }

  function find() {
    const words = search.value.trim().toLowerCase();
    for (const each of rows) each.element.hidden = !each.words.includes(words);
    reach(shown()[0]?.box);
    say();
  }

  // Of a long list the Tab key reaches one box.
  function reach(reached) {
    for (const box of boxes) box.tabIndex = box === reached ? 0 : -1;
  }

  function step(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const found = shown().map(({ box }) => box);
    found[found.indexOf(event.target) + by]?.focus();
  }

  el.classList.add("allywatch-ticks");
  // A letter typed here is no shortcut of JupyterLab.
  el.dataset.lmSuppressShortcuts = "true";
  el.replaceChildren(head, list);
  list.addEventListener("change", tell);
  list.addEventListener("keydown", step);
  if (boxes.length > MOST_WITHOUT_SEARCH) {
    list.classList.add("many");
    list.before(search);
    search.addEventListener("input", find);
    list.addEventListener("focusin", (event) => reach(event.target));
    reach(boxes[0]);
  }
  model.on("change:ticked", draw);
  draw();
}

export default { render };
