// The used part of Vue's types: the package is compiled without Vue, and its users have their own.

declare module "vue" {
  export interface GlobalComponents {
    readonly _none?: never;
  }
  export function defineComponent<Props>(
    setup: (props: Props) => () => unknown,
    options: { name: string; props: string[] },
  ): unknown;
  export function h(type: string, props: object): unknown;
  export function onBeforeUnmount(hook: () => void): void;
  export function onMounted(hook: () => void): void;
  export function ref<Value>(value: Value): { value: Value };
  export function watch<Value>(source: () => Value, changed: (value: Value) => void): void;
}
