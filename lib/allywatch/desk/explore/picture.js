// Exhibits as they are drawn; a click on an event, by its mark or in a figure, is told to the kernel.
const MARK = 'a.mark, [id*="-event-"]';

function render({ model, el }) {
  const draw = () => { el.innerHTML = model.get("value"); };
  el.classList.add("allywatch-picture");
  el.addEventListener("click", (click) => {
    const at = click.target.closest(MARK);
    if (!at) return;
    click.preventDefault();
    const mark = at.matches("a") ? at.getAttribute("href").slice(1) : at.id.split("-event-")[1].split("-")[0];
    model.send({ mark, partner: at.closest("[data-partner]")?.dataset.partner ?? "" });
  });
  model.on("change:value", draw);
  draw();
}

export default { render };
