// Exhibits as they are drawn; a click on an event, by its mark or in a figure, is told to the kernel.
const MARK = 'a.mark, [id*="-event-"]';

const markOf = (at) => at.matches("a") ? at.getAttribute("href").slice(1) : at.id.split("-event-")[1].split("-")[0];

// Wherever the same event of the same partner is drawn, it is shown as clicked.
function showClicked(el, partner, mark) {
  for (const each of el.querySelectorAll(MARK)) {
    const same = each.closest("[data-partner]") === partner && markOf(each) === mark;
    each.classList.toggle("clicked", same);
  }
}

const topOf = (element) => element.getBoundingClientRect().top;

// What stands beside a figure begins where the click was.
function bring(el) {
  const page = el.closest(".allywatch-explorer");
  el.style.setProperty("--down", "0px");
  const down = Number(page?.dataset.clickedAt ?? 0) - (topOf(el) - topOf(page ?? el));
  el.style.setProperty("--down", `${Math.max(0, down)}px`);
  el.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

function render({ model, el }) {
  const draw = () => { el.innerHTML = model.get("value"); };
  el.classList.add("allywatch-picture");
  el.addEventListener("click", (click) => {
    const at = click.target.closest(MARK);
    if (!at) return;
    click.preventDefault();
    const mark = markOf(at);
    const partner = at.closest("[data-partner]");
    showClicked(el, partner, mark);
    const page = el.closest(".allywatch-explorer");
    if (page) page.dataset.clickedAt = topOf(at) - topOf(page);
    model.send({ mark, partner: partner?.dataset.partner ?? "" });
  });
  model.on("change:value", draw);
  model.on("msg:custom", (message) => {
    if (message.scroll) requestAnimationFrame(() => bring(el));
  });
  draw();
}

export default { render };
