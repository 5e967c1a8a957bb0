// The used part of Svelte's types: the package is compiled without Svelte, and its users have their own.

declare module "svelte/elements" {
  export interface HTMLAttributes<Element> {
    class?: unknown;
    readonly _element?: Element;
  }
  export interface SvelteHTMLElements {
    readonly _none?: never;
  }
}
