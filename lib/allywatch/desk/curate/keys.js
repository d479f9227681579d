// The keys. They work wherever the desk was last touched; in a box only those with Control, Enter and Escape do.

const KEYS = [
  ["n  p", "next, previous proposal"],
  ["N  P", "next, previous, whatever can be opened: claims, what is rejected or not coded, too"],
  ["a", "accept: to the statement, and once it stands, save"],
  ["1 – 4", "join that event, then the statement"],
  ["0", "open a new event"],
  ["/", "find an event by its words"],
  ["e", "edit: to the first guess"],
  ["E", "the event that is chosen: alter its own cells"],
  ["r", "reject the proposal"],
  ["x", "nothing here: to the reason; Enter notes it"],
  ["s", "save; in a box Enter, in a list Ctrl+Enter"],
  ["d d", "delete the claim that is open"],
  ["u", "undo the last save"],
  ["b", "the partner's briefing as it would be now; Esc closes it"],
  ["Esc", "leave a box"],
  ["?", "show or hide these keys"],
];

function keysPanel(close) {
  const panel = make("div", "aw-panel aw-keys");
  panel.hidden = true;
  const list = make("dl");
  for (const [key, words] of KEYS) list.append(make("dt", "", key), make("dd", "", words));
  panel.append(list, makeButton("Close", "?", close));
  return panel;
}

// A page on its own, beside the form: nothing on it runs, and nothing on it reaches the desk.
function briefingPanel(close) {
  const panel = make("div", "aw-panel aw-page");
  panel.hidden = true;
  const head = make("div", "aw-page-head");
  head.append(make("b", "", "Briefing as it would be now"), makeButton("Close", "b", close));
  const frame = make("iframe", "aw-briefing");
  frame.setAttribute("sandbox", "");
  frame.title = "Briefing as it would be now";
  panel.append(head, frame);
  return { panel, show(html) { frame.srcdoc = html; } };
}

function isBox(element) {
  return element.matches?.("input, textarea, select") ?? false;
}

// Calls `act` with a key's name while the desk is in use; true from it says that the key was for us.
function listenToKeys(desk, act, signal) {
  let isInUse = true;
  window.addEventListener("pointerdown", (event) => { isInUse = desk.contains(event.target); }, { signal, capture: true });
  window.addEventListener("keydown", (event) => {
    const inDesk = desk.contains(event.target);
    if (!isInUse && !inDesk) return;
    if (!desk.offsetParent || event.isComposing) return;
    if (isBox(event.target) && !inDesk) return;
    const withControl = event.ctrlKey || event.metaKey;
    if (event.altKey || (withControl && event.key !== "Enter")) return;
    const box = isBox(event.target) ? event.target : null;
    const isOurs = box ? actInBox(event, box, act) : act(event.key);
    if (!isOurs) {
      // JupyterLab has keys of its own, which change or delete the cell that the desk stands in.
      if (inDesk && !withControl) event.stopImmediatePropagation();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { signal, capture: true });
}

function actInBox(event, box, act) {
  const name = box.dataset.name ?? "";
  if (event.key === "Escape") return act("Escape");
  if (event.key !== "Enter" || event.shiftKey) return false;
  if (event.ctrlKey || event.metaKey) return act("save");
  const isPlain = box.tagName !== "SELECT" && !box.list;
  if (isPlain && /^(claims|events)\./.test(name)) return act("save");
  if (name === "reason") return act("nothing");
  if (name === "find") return act("first");
  return false;
}
