// Which event a claim joins: those that are proposed or found, by their numbers, or a new one.

const MOST_NUMBERED = 4;

function eventChoice(choose, send) {
  const whole = make("div", "aw-events");
  const head = make("div", "aw-event-head");
  const find = make("input", "aw-find");
  find.placeholder = "Find an event by its words  ( / )";
  find.dataset.name = "find";
  const error = make("span", "aw-error");
  head.append(make("span", "aw-title", "Event"), find, error);
  const list = make("div", "aw-event-list");
  whole.append(head, list);
  let waiting = 0;
  find.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => send({ do: "find", words: find.value }), 200);
  });
  let present = "";
  let ids = [];
  const mark = () => {
    for (const row of list.children) row.setAttribute("aria-pressed", String(row.dataset.event === present));
  };
  const row = (number, id, words, hint) => {
    const button = make("button", "aw-event");
    button.type = "button";
    button.dataset.event = id;
    button.append(make("kbd", "", number), make("span", "", words), make("small", "", hint));
    button.addEventListener("click", () => choose(id));
    return button;
  };
  return {
    whole, find,
    get value() { return present; },
    set value(id) { present = id; error.textContent = ""; mark(); },
    tell(words) { error.textContent = words; },
    numbered(number) { return number === 0 ? "new" : ids[number - 1]; },
    draw(events, value) {
      ids = events.map((each) => each.id);
      const rows = events.map((each, index) => {
        const number = index < MOST_NUMBERED ? String(index + 1) : "";
        const words = `${each.id} ${each.headline}`;
        const hint = [each.partners, each.date, each.why].filter(Boolean).join(" · ");
        const button = row(number, each.id, words, hint);
        button.title = `${words}\n${hint}`;
        return button;
      });
      list.replaceChildren(...rows, row("0", "new", "A new event", ""));
      present = value;
      mark();
    },
  };
}
