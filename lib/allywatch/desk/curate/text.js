// The document at the left, in pieces. Every text is set as text, never as markup; places are counted in code points.

function make(tag, look = "", words = "") {
  const element = document.createElement(tag);
  if (look) element.className = look;
  if (words) element.textContent = words;
  return element;
}

function makeButton(words, key, action, look = "") {
  const button = make("button", look, words);
  button.type = "button";
  if (key) button.append(make("kbd", "", key));
  button.addEventListener("click", action);
  return button;
}

// The document cut wherever a mark begins or ends: start, end, looks and target of each piece. Together they are the document.
function cutIn(length, marks) {
  const cuts = [...new Set([0, length, ...marks.flatMap(([start, end]) => [start, end])])].sort((one, other) => one - other);
  const beginning = new Map();
  for (const mark of marks) beginning.set(mark[0], [...(beginning.get(mark[0]) ?? []), mark]);
  let over = [];
  return cuts.slice(0, -1).map((start, number) => {
    over = [...over.filter(([, end]) => end > start), ...(beginning.get(start) ?? [])];
    const looks = [...new Set(over.map(([, , look]) => look))].sort();
    const target = over.map((mark) => mark[3]).find(Boolean) ?? "";
    return { start, end: cuts[number + 1], looks, target };
  });
}

// What is drawn: the whole text once, with a span for each piece that looks like something.
function drawText(words, shown, marks) {
  const letters = [...shown.text];
  words.replaceChildren();
  for (const { start, end, looks, target } of cutIn(letters.length, marks)) {
    const text = letters.slice(start, end).join("");
    if (!looks.length) {
      words.append(text);
      continue;
    }
    const piece = make("span", looks.map((look) => `aw-${look}`).join(" "), text);
    piece.title = looks.map((look) => LOOKS[look]).filter(Boolean).join(", ");
    if (target) piece.dataset.target = target;
    words.append(piece);
  }
  if (shown.missing) words.append(make("em", "aw-missing", shown.missing));
}

function scrollToOpen(pane) {
  const open = pane.querySelector(".aw-open");
  if (!open) return;
  const place = open.getBoundingClientRect();
  const around = pane.getBoundingClientRect();
  pane.scrollTop += place.top - around.top - around.height / 3;
}

// Start and end of the words that are selected in the text; null where none are.
function selectedPlace(words) {
  const chosen = document.getSelection();
  if (!chosen.rangeCount) return null;
  const range = chosen.getRangeAt(0);
  const isWithin = words.contains(range.startContainer) && words.contains(range.endContainer);
  if (range.collapsed || !isWithin) return null;
  const before = document.createRange();
  before.setStart(words, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const start = [...before.toString()].length;
  return { start, end: start + [...range.toString()].length };
}

// A pane that tells of words that are selected in it, and of a click on what can be opened.
function textPane(send, signal) {
  const whole = make("div", "aw-document");
  const pane = make("div", "aw-text");
  const words = make("div", "aw-words");
  const key = make("div", "aw-key");
  for (const [look, meaning] of Object.entries(LOOKS)) key.append(make("span", `aw-${look}`, meaning), " ");
  pane.append(words);
  whole.append(pane, key);
  let isPressed = false;
  words.addEventListener("mousedown", () => { isPressed = true; });
  // The button may be let go beside the text.
  document.addEventListener("mouseup", (event) => {
    if (!isPressed) return;
    isPressed = false;
    const place = selectedPlace(words);
    const target = event.target.dataset ? event.target.dataset.target : "";
    if (place) send({ do: "select", ...place });
    else if (target && words.contains(event.target)) send({ do: "go", target });
  }, { signal });
  return { whole, pane, words };
}

const LOOKS = {
  proposal: "proposed", nothing: "nothing to code", claim: "claim", uncoded: "no claim", rejected: "rejected", bare: "not looked at",
  partner: "partner", counterpart: "counterpart", named: "only named", date: "date", says: "whose word",
};
