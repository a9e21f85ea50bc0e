/** Switches a tool on or off at once, and back if the server refuses. */

export async function switchTool(button, { run, problem }) {
  const on = button.getAttribute("aria-checked") !== "true";
  show(button, on);
  const answer = await run("switch_tool", { tool: button.dataset.tool, on });
  if (answer.t === "done") return;
  show(button, !on);
  problem(answer.message);
}

function show(button, on) {
  button.setAttribute("aria-checked", String(on));
  button.dataset.on = String(!on);
}
