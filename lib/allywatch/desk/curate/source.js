// A panel that adds a source: a file or an address, and the cells of its row. What was said last of grade and stance stays.

function sourcePanel(lists, send, close) {
  const panel = make("div", "aw-panel");
  panel.hidden = true;
  const where = makeField({ name: "document", title: "File or address", kind: "text", width: 24 });
  const rows = makeRows(lists.fields.sources);
  const buttons = make("div", "aw-buttons");
  const values = () => Object.fromEntries(Object.entries(rows.fields).map(([name, field]) => [name, field.value]));
  buttons.append(
    makeButton("Add the source", "", () => send({ do: "add source", document: where.value, values: values() }), "aw-primary"),
    makeButton("Close", "Esc", close),
  );
  panel.append(make("b", "", "A new source"), where.whole, rows.whole, buttons);
  return {
    panel,
    fields: { document: where, ...rows.fields },
    added() {
      close();
      where.value = "";
      for (const name of ["title", "publisher", "published", "lineage", "note"]) rows.fields[`sources.${name}`].value = "";
    },
  };
}
