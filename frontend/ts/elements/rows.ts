// Lines of a form that come and go: the button in a line takes it away, and the focus goes on to a neighbour.
//
//   <li class="sentence-row">… <button type="button" data-remove-row></button></li>
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-remove-row]") : null;
  const row = button?.closest("li");
  if (!row) return;
  const list = row.parentElement;
  const neighbour = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  (neighbour ?? list?.parentElement)?.querySelector<HTMLElement>("select, button")?.focus();
});
