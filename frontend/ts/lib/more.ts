// A menu longer than its window: the entry one is on stands in sight, and data-more is there while it goes on below.

/** Watch a menu that scrolls, in its place or as a drawer. */
export function tellMore(menu: HTMLElement): void {
  const tell = (): void => void menu.toggleAttribute("data-more", menu.scrollHeight - menu.clientHeight - menu.scrollTop > 4);
  const show = (): void => {
    menu.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    tell();
  };
  menu.addEventListener("scroll", tell, { passive: true });
  menu.addEventListener("toggle", show);
  const sizes = new ResizeObserver(tell);
  for (const one of [menu, ...menu.children]) sizes.observe(one);
  show();
}
