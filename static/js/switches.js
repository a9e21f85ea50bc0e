/** Switches a tool on or off at once, and back if the server refuses. */

export async function switchTool(button, { run, problem }) {
  const on = button.dataset.on === "true";
  show(button, on);
  button.ariaBusy = "true";
  const answer = await run(button.dataset.do, { tool: button.dataset.tool, on });
  button.ariaBusy = null;
  if (answer.t === "done") return;
  show(button, !on);
  problem(answer.message);
}

/** A switch is checked while the tool is on; what leaves it out of a conversation is pressed while it is off. */
function show(button, on) {
  if (button.role === "switch") button.setAttribute("aria-checked", String(on));
  else button.setAttribute("aria-pressed", String(!on));
  button.dataset.on = String(!on);
}
