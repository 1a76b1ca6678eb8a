// Light, dark, or as the system is: at once, and kept on the server.
//
//   <tamada-theme url="/me/theme"><button data-theme-set="dark">Dark</button></tamada-theme>
import { define, TamadaElement } from "../lib/element.ts";
import { post } from "../lib/http.ts";

class Theme extends TamadaElement {
  protected enter(): void {
    this.listen<MouseEvent>(this, "click", ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLElement>("[data-theme-set]") : null;
      if (button) this.set(button.dataset["themeSet"] ?? "");
    });
    this.show(document.documentElement.dataset["theme"] ?? "");
  }

  private set(theme: string): void {
    if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
    else delete document.documentElement.dataset["theme"];
    this.show(theme);
    if (this.text("url")) void post(this.text("url"), new URLSearchParams({ theme }));
  }

  private show(theme: string): void {
    for (const button of this.querySelectorAll<HTMLElement>("[data-theme-set]"))
      button.setAttribute("aria-pressed", String((button.dataset["themeSet"] ?? "") === (theme === "system" ? "" : theme)));
  }
}

define("tamada-theme", Theme);
