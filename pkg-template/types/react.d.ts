// The used part of React's types: the package is compiled without React, and its users have their own.

declare module "react" {
  export interface ReactElement {
    type: unknown;
    props: unknown;
    key: string | null;
  }
  export type CSSProperties = object;
  export type HTMLAttributes<Element> = { className?: string; readonly _element?: Element };
  export type DetailedHTMLProps<Props, Element> = Props & { ref?: { current: Element | null } };
  export function createElement(type: string, props: object | null): ReactElement;
  export function useEffect(effect: () => unknown, dependencies?: readonly unknown[]): void;
  export function useRef<Value>(value: Value): { current: Value };
  export function useRef<Value>(value: Value | null): { current: Value | null };
  export function useState<Value>(value: Value): [Value, (value: Value) => void];
  namespace JSX {
    interface IntrinsicElements {
      div: object;
    }
  }
}
