// The whole page. What there is to show comes from the kernel; what a person does goes there as a message.

function render({ model, el }) {
  const ending = new AbortController();
  const desk = make("div", "allywatch-desk");
  desk.tabIndex = -1;
  desk.dataset.lmSuppressShortcuts = "true";
  let isWaiting = false;
  let opened = "";
  let pressedDelete = false;

  const contents = () => ({
    values: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value])),
    guessed: Object.keys(fields).filter((name) => fields[name].isGuess),
    event: choice.value,
    reviewer: reviewer.value,
    day: day.value,
  });
  const send = (message) => {
    // One thing at a time: a key that is pressed twice saves once.
    if (isWaiting) return;
    isWaiting = true;
    desk.classList.add("aw-waiting");
    model.send({ ...contents(), ...message });
  };

  const lists = model.get("lists");
  const edited = (name, field) => follow.edited(name, field);
  const claim = makeRows(lists.fields.claims, lists.actors, edited);
  const event = makeRows(lists.fields.events, lists.actors, edited);
  const reason = makeField({ name: "reason", title: "Nothing here, because", kind: "text", width: 4 }, [], () => {});
  const fields = { ...claim.fields, ...event.fields, reason };
  const follow = followers(lists.fields.events, fields);
  const choice = eventChoice((id) => join(id), send);
  const text = textPane(send, ending.signal);
  const source = choiceBox([]);
  const proposer = choiceBox(lists.proposers.map((name) => ({ value: name, label: name })));
  const reviewer = makeField({ name: "reviewer", title: "Reviewer", kind: "text", width: 1 }, [], () => {});
  const day = makeField({ name: "day", title: "Day", kind: "day", width: 1 }, [], () => {});
  const panel = sourcePanel(lists, send);
  const keys = keysPanel();
  const page = briefingPanel();
  const title = make("div", "aw-open-title");
  const message = make("div", "aw-message");
  const reasons = withOptions(reason.box, lists.reasons, "aw-reasons");
  const actors = make("datalist");
  for (const name of ["events.partners", "events.counterparts"]) fields[name].box.setAttribute("list", "aw-actors");
  actors.id = "aw-actors";
  for (const each of lists.actors) actors.append(new Option(each.label, each.value));

  const join = (id) => {
    if (!id) return;
    choice.value = id;
    event.whole.hidden = id !== "new";
    fields["claims.statement"].box.focus();
  };
  const save = () => {
    if (!choice.value) return choice.tell("join an event (1–4), or open a new one (0)");
    if (!fields["claims.statement"].value.trim()) {
      fields["claims.statement"].box.focus();
      return fields["claims.statement"].tell("say in your own words what it asserts");
    }
    return send({ do: "save" });
  };
  const accept = () => {
    if (model.get("form").kind === "nothing") return send({ do: "nothing" });
    if (choice.value && !fields["claims.statement"].value.trim()) return fields["claims.statement"].box.focus();
    return save();
  };
  const nothing = () => (reason.value.trim() ? send({ do: "nothing" }) : askReason());
  const edit = () => {
    const names = Object.keys(fields).filter((name) => fields[name].isGuess && fields[name].box.offsetParent);
    (fields[names[0]] ?? fields["claims.statement"]).box.focus();
  };
  const remove = () => {
    if (!pressedDelete) {
      message.textContent = "Press d again, or the button, to delete the claim.";
      pressedDelete = true;
      return;
    }
    pressedDelete = false;
    send({ do: "remove" });
  };
  const toggle = (what) => { what.hidden = !what.hidden; };

  const actions = {
    n: () => send({ do: "step", by: 1 }), p: () => send({ do: "step", by: -1 }),
    N: () => send({ do: "step", by: 1, any: true }), P: () => send({ do: "step", by: -1, any: true }),
    a: accept, e: edit, r: () => send({ do: "reject" }), x: () => askReason(), nothing,
    s: save, save, d: remove, u: () => send({ do: "undo" }), "?": () => toggle(keys),
    b: () => (page.hidden ? send({ do: "preview" }) : toggle(page)),
    "/": () => choice.find.focus(), first: () => join(choice.numbered(1)),
    Escape: () => { desk.focus(); for (const each of [keys, panel.panel, page]) each.hidden = true; },
  };
  for (const number of [0, 1, 2, 3, 4]) actions[number] = () => join(choice.numbered(number));
  listenToKeys(desk, (key) => {
    if (!(key in actions)) return false;
    if (key !== "d") pressedDelete = false;
    actions[key]();
    return true;
  }, ending.signal);

  const button = (words, key, action, look = "") => {
    const made = make("button", look, words);
    made.type = "button";
    if (key) made.append(make("kbd", "", key));
    made.addEventListener("click", action);
    return made;
  };
  const askReason = () => {
    reason.whole.hidden = false;
    reason.box.focus();
  };
  const buttons = make("div", "aw-buttons");
  // Each with the kinds of open things that it is for.
  const offered = [
    [button("Accept", "a", accept, "aw-primary"), ["proposal", "nothing"]],
    [button("Save", "s", save, "aw-primary"), ["claim", "passage"]],
    [button("Edit", "e", edit), ["proposal", "nothing"]],
    [button("Reject", "r", actions.r), ["proposal", "nothing"]],
    [button("Nothing here", "x", nothing), ["proposal", "passage"]],
    [button("Delete", "d", remove), ["claim"]],
  ];
  buttons.append(...offered.map(([each]) => each));
  buttons.append(button("Undo", "u", actions.u), button("Previous", "p", actions.p), button("Next", "n", actions.n),
    button("Briefing", "b", actions.b), button("Keys", "?", actions["?"]));
  const bar = make("div", "aw-bar");
  const labelled = (words, box) => {
    const whole = make("label", "aw-field");
    whole.append(make("span", "aw-title", words), box);
    return whole;
  };
  bar.append(labelled("Source", source), labelled("Proposer", proposer), reviewer.whole, day.whole,
    button("Add a source", "", () => toggle(panel.panel)));
  const left = make("div", "aw-left");
  left.append(text.pane, text.key);
  const right = make("div", "aw-right");
  const scrolled = make("div", "aw-form");
  scrolled.append(title, claim.whole, choice.whole, event.whole, reason.whole);
  right.append(scrolled, message, buttons);
  const halves = make("div", "aw-halves");
  halves.append(left, right);
  desk.append(bar, panel.panel, keys, page, halves, reasons, actors);
  el.append(desk);
  const reopen = () => send({ do: "source", source: source.value, proposer: proposer.value });
  source.addEventListener("change", reopen);
  proposer.addEventListener("change", reopen);

  const showText = () => {
    drawText(text.words, model.get("document"));
    requestAnimationFrame(() => scrollToOpen(text.pane));
  };
  const showForm = () => {
    const form = model.get("form");
    const now = `${form.source} ${form.kind} ${form.key} ${form.waiting} ${form.claims} ${form.saves}`;
    const isNew = now !== opened;
    opened = now;
    isWaiting = false;
    pressedDelete = false;
    desk.classList.remove("aw-waiting");
    if (isNew) desk.focus({ preventScroll: true });
    for (const [name, field] of Object.entries(fields)) {
      if (isNew || field.box !== document.activeElement) field.value = form.values[name] ?? "";
      field.guess(form.guessed.includes(name));
    }
    const everyField = { ...fields, ...panel.fields, reviewer, day };
    for (const [name, field] of Object.entries(everyField)) field.tell(form.errors[name] ?? "");
    choice.draw(form.events, form.event);
    choice.tell(form.errors.event ?? "");
    if (isNew) choice.find.value = "";
    event.whole.hidden = form.event !== "new";
    if (isNew || form.errors.reason) reason.whole.hidden = form.kind !== "nothing" && !form.errors.reason;
    for (const [each, kinds] of offered) each.hidden = !kinds.includes(form.kind);
    follow.opened();
    if (form.reviewer) reviewer.value = form.reviewer;
    day.value = form.day || day.value || today();
    showTitle(title, form);
    message.textContent = [...Object.keys(form.errors).filter((name) => !(name in everyField) && name !== "event")
      .map((name) => form.errors[name]), form.message].filter(Boolean).join("\n");
    const firstWrong = Object.keys(form.errors).find((name) => name in everyField);
    if (firstWrong) everyField[firstWrong].box.focus();
  };
  const showLists = () => {
    const { sources } = model.get("lists");
    source.replaceChildren(...sources.map((each) => new Option(each.label, each.value)));
    source.value = model.get("form").source;
    proposer.value = model.get("form").proposer;
  };
  model.on("change:document", showText);
  model.on("change:page", () => {
    page.srcdoc = model.get("page").html;
    page.hidden = false;
  });
  model.on("change:form", () => {
    showForm();
    showLists();
    if (/^S?\S+ added\./.test(model.get("form").message)) panel.added();
  });
  showText();
  showForm();
  showLists();
  requestAnimationFrame(() => desk.scrollIntoView({ block: "start" }));
  return () => ending.abort();
}

function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

// What is open, in a line: how many are still to do, and who is merely named.
function showTitle(title, form) {
  const what = {
    proposal: "Proposal: a claim", nothing: "Proposal: nothing to code here", claim: `Claim ${form.key}`,
    passage: "Your own passage", "nothing open": "Nothing is open",
  }[form.kind];
  title.replaceChildren(make("b", "", what), make("span", "", ` ${form.waiting} open · ${form.claims} claims `));
  if (form.claims_here.length) title.append(make("span", "", `here: ${form.claims_here.join(", ")} `));
  if (form.named) title.append(make("span", "aw-named", `only named: ${form.named}`));
}

export default { render };
