// A panel that adds a source: a file or an address, and the cells of its row. What was said last of grade and stance stays.

function sourcePanel(lists, send) {
  const panel = make("div", "aw-panel");
  panel.hidden = true;
  const edited = () => {};
  const where = makeField({ name: "document", title: "File or address", kind: "text", width: 4 }, [], edited);
  const rows = makeRows(lists.fields.sources, lists.actors, edited);
  const add = make("button", "aw-primary", "Add the source");
  add.type = "button";
  const values = () => Object.fromEntries(Object.entries(rows.fields).map(([name, field]) => [name, field.value]));
  add.addEventListener("click", () => send({ do: "add source", document: where.value, values: values() }));
  panel.append(where.whole, rows.whole, add);
  return {
    panel,
    fields: { document: where, ...rows.fields },
    added() {
      panel.hidden = true;
      where.value = "";
      for (const name of ["title", "publisher", "published", "lineage", "note"]) rows.fields[`sources.${name}`].value = "";
    },
  };
}
