// Sets the chosen theme, and folds the trace, before the first paint: modules run later, and the page would jump.
try {
  const recall = (name) => JSON.parse(localStorage.getItem(`clearcall.${name}`));
  const { dataset } = document.documentElement;
  const theme = recall("theme");
  if (theme === "light" || theme === "dark") dataset.theme = theme;
  if (recall("trace") === "closed") dataset.trace = "shut";
} catch {
  // Without storage there is no choice to keep.
}

// What is sent before the modules are here waits for them (composer.js): the form by itself would leave the page.
addEventListener("submit", (event) => {
  if (event.target.id !== "composer" || event.defaultPrevented) return;
  event.preventDefault();
  event.target.dataset.early = "";
});
