// Sets the chosen theme before the first paint: modules run later, and the page would flash.
try {
  const theme = JSON.parse(localStorage.getItem("clearcall.theme"));
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage there is no choice to keep.
}

// What is sent before the modules are here waits for them (composer.js): the form by itself would leave the page.
addEventListener("submit", (event) => {
  if (event.target.id !== "composer" || event.defaultPrevented) return;
  event.preventDefault();
  event.target.dataset.early = "";
});
