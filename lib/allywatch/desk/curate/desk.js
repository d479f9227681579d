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
  const nameOf = (code) => model.get("actors").find((each) => each.value === code)?.label ?? "";
  const edited = (name) => {
    follow.edited(name);
    remind(lists.rules, fields);
  };
  const claim = makeRows(lists.fields.claims, edited, nameOf);
  const event = makeRows(lists.fields.events, edited, nameOf);
  const reason = makeField({ name: "reason", title: "Nothing here, because", kind: "text", width: 24 });
  const fields = { ...claim.fields, ...event.fields, reason };
  const follow = followers(lists.fields.events, fields, () => model.get("form").speaker);
  const choice = eventChoice((id) => join(id), send);
  const altered = make("div", "aw-altered");
  const text = textPane(send, ending.signal);
  const source = choiceBox([]);
  const proposer = choiceBox(lists.proposers.map((name) => ({ value: name, label: name })));
  const reviewer = makeField({ name: "reviewer", title: "Reviewer", kind: "text", width: 1 });
  const day = makeField({ name: "day", title: "Day", kind: "day", width: 1 });
  const title = make("div", "aw-open-title");
  const message = make("div", "aw-message");
  message.setAttribute("role", "status");
  const reasons = optionsOf(reason.box, "aw-reasons");
  const actors = optionsOf(fields["events.partners"].box, "aw-actors");
  fields["events.counterparts"].box.setAttribute("list", "aw-actors");

  // What stands at the left: the document, or in its place one of the panels, so that none lies over the form.
  const atLeft = (panel) => {
    for (const each of [keys, adding.panel, page.panel]) each.hidden = each !== panel;
    text.whole.hidden = Boolean(panel);
  };
  const toggle = (panel) => atLeft(panel.hidden ? panel : null);
  const close = () => atLeft(null);
  const adding = sourcePanel(lists, send, close);
  const keys = keysPanel(close);
  const page = briefingPanel(close);

  const join = (id) => {
    if (!id) return;
    if (model.get("form").altered) return send({ do: "close event", event: id });
    choice.value = id;
    showEvent();
    fields["claims.statement"].box.focus();
  };
  const save = () => {
    if (model.get("form").altered) return send({ do: "save event" });
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
  const alterEvent = () => {
    if (!choice.value || choice.value === "new") return choice.tell("choose an event that is there (1–4)");
    return send({ do: "open event" });
  };
  const leave = () => {
    desk.focus();
    close();
    if (!reason.value.trim()) reason.whole.hidden = true;
    if (model.get("form").altered) send({ do: "close event" });
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
  const askReason = () => {
    reason.whole.hidden = false;
    reason.box.focus();
  };

  const actions = {
    n: () => send({ do: "step", by: 1 }), p: () => send({ do: "step", by: -1 }),
    N: () => send({ do: "step", by: 1, any: true }), P: () => send({ do: "step", by: -1, any: true }),
    a: accept, e: edit, E: alterEvent, r: () => send({ do: "reject" }), x: askReason, nothing,
    s: save, save, d: remove, u: () => send({ do: "undo" }), "?": () => toggle(keys),
    b: () => (page.panel.hidden ? send({ do: "preview" }) : close()),
    "/": () => choice.find.focus(), first: () => join(choice.numbered(1)), Escape: leave,
  };
  for (const number of [0, 1, 2, 3, 4]) actions[number] = () => join(choice.numbered(number));
  listenToKeys(desk, (key) => {
    if (!(key in actions)) return false;
    if (key !== "d") pressedDelete = false;
    actions[key]();
    return true;
  }, ending.signal);

  // Each button with the kinds of open things that it is for.
  const offered = [
    [makeButton("Accept", "a", accept, "aw-primary"), ["proposal", "nothing"]],
    [makeButton("Save", "s", save, "aw-primary"), ["claim", "passage", "rejected"]],
    [makeButton("Save the event", "s", save, "aw-primary"), ["altered"]],
    [makeButton("Leave it as it is", "Esc", leave), ["altered"]],
    [makeButton("Edit", "e", edit), ["proposal", "nothing"]],
    [makeButton("Reject", "r", actions.r), ["proposal", "nothing"]],
    [makeButton("Nothing here", "x", nothing), ["proposal", "passage", "rejected"]],
    [makeButton("Delete", "d", remove), ["claim"]],
    [makeButton("Alter event", "E", alterEvent), ["proposal", "passage", "claim", "rejected"]],
  ];
  const buttons = make("div", "aw-buttons");
  buttons.append(...offered.map(([each]) => each), makeButton("Undo", "u", actions.u), makeButton("Briefing", "b", actions.b));
  const bar = make("div", "aw-bar");
  const labelled = (words, box) => {
    const whole = make("label", "aw-field");
    whole.append(make("span", "aw-title", words), box);
    return whole;
  };
  bar.append(labelled("Source", source), labelled("Proposer", proposer), reviewer.whole, day.whole,
    makeButton("Add a source", "", () => toggle(adding.panel)), makeButton("Keys", "?", actions["?"]));
  const left = make("div", "aw-left");
  left.append(text.whole, adding.panel, keys, page.panel);
  const right = make("div", "aw-right");
  const form = make("div", "aw-form");
  const head = make("div", "aw-head-row");
  head.append(title, makeButton("‹", "p", actions.p), makeButton("›", "n", actions.n));
  form.append(claim.whole, choice.whole, altered, event.whole, reason.whole);
  right.append(head, form, message, buttons);
  const halves = make("div", "aw-halves");
  halves.append(left, right);
  desk.append(bar, halves, reasons, actors);
  el.append(desk);
  const reopen = () => send({ do: "source", source: source.value, proposer: proposer.value });
  source.addEventListener("change", reopen);
  proposer.addEventListener("change", reopen);

  const showText = () => {
    drawText(text.words, model.get("document"), [...model.get("marks"), ...model.get("within")]);
    requestAnimationFrame(() => scrollToOpen(text.pane));
  };
  const showEvent = () => {
    const { altered: id, claims_of_altered: count } = model.get("form");
    event.whole.hidden = choice.value !== "new" && !id;
    altered.hidden = !id;
    if (id) altered.textContent = `${id}: the event’s own cells, for ${count === 1 ? "the one claim" : `all ${count} claims`} of it`;
    const kind = id ? "altered" : model.get("form").kind;
    for (const [each, kinds] of offered) each.hidden = !kinds.includes(kind);
  };
  const showErrors = (form) => {
    const everyField = { ...fields, ...adding.fields, reviewer, day };
    const titlesBySentence = new Map();
    for (const [name, field] of Object.entries(everyField)) {
      const wrong = form.errors[name] ?? "";
      field.tell(wrong);
      if (wrong) titlesBySentence.set(wrong, [...(titlesBySentence.get(wrong) ?? []), field.title]);
    }
    choice.tell(form.errors.event ?? "");
    const elsewhere = Object.keys(form.errors).filter((name) => !(name in everyField) && name !== "event").map((name) => form.errors[name]);
    const atFields = [...titlesBySentence].map(([words, titles]) => `${titles.join(", ")}: ${words}`);
    message.textContent = [...elsewhere, ...atFields, form.message].filter(Boolean).join("\n");
    message.classList.toggle("aw-refused", Object.keys(form.errors).length > 0);
    const firstWrong = Object.keys(everyField).find((name) => form.errors[name]);
    if (firstWrong) everyField[firstWrong].box.focus();
  };
  const showForm = () => {
    const form = model.get("form");
    const now = [form.source, form.kind, form.key, form.place, form.waiting, form.claims, form.saves, form.altered].join(" ");
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
    choice.draw(form.events, form.event);
    if (isNew || (!form.finds && choice.find !== document.activeElement)) choice.find.value = "";
    showEvent();
    if (isNew || form.errors.reason) reason.whole.hidden = form.kind !== "nothing" && !form.errors.reason;
    follow.opened();
    if (form.reviewer) reviewer.value = form.reviewer;
    day.value = form.day || day.value || today();
    showTitle(title, form);
    showErrors(form);
    remind(lists.rules, fields);
    if (isNew && form.altered) fields["events.headline"].box.focus();
    source.value = form.source;
    proposer.value = form.proposer;
  };
  const showChoices = () => {
    const choices = model.get("choices");
    source.replaceChildren(...choices.sources.map((each) => new Option(each.label, each.value)));
    source.value = model.get("form").source;
    fillOptions(reasons, choices.reasons);
    fillOptions(actors, model.get("actors"));
  };
  model.on("change:document change:marks change:within", showText);
  model.on("change:choices change:actors", showChoices);
  model.on("change:page", () => {
    page.show(model.get("page").html);
    atLeft(page.panel);
  });
  model.on("change:form", () => {
    showForm();
    if (/^S?\S+ added\./.test(model.get("form").message)) adding.added();
  });
  showChoices();
  showText();
  showForm();
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
    proposal: "Proposal: a claim", nothing: "Proposal: nothing to code here", rejected: "Rejected proposal",
    claim: `Claim ${form.key}`, passage: "Your own passage", "nothing open": "Nothing is open",
  }[form.kind];
  const counts = [`${form.waiting} open`, `${form.claims} claims`];
  if (form.bare) counts.push(`${form.bare} not looked at`);
  if (form.claims_here.length) counts.push(`also here: ${form.claims_here.join(", ")}`);
  if (form.kind === "nothing open") counts.push("select words, or press N for whatever can be opened");
  title.replaceChildren(make("b", "", what), make("span", "", ` ${counts.join(" · ")} `));
  if (form.named) title.append(make("span", "aw-named", `only named: ${form.named}`));
  title.title = title.textContent;
}

export default { render };
