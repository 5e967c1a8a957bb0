// The used part of Angular's types: the package is compiled without Angular, and its users have their own.

declare module "@angular/core" {
  export class EventEmitter<Value> {
    emit(value?: Value): void;
  }
  export class ElementRef<Element> {
    readonly nativeElement: Element;
  }
  export const ɵɵFactoryTarget: { readonly Directive: 0 };
  export const ɵɵngDeclareFactory: (declaration: object) => unknown;
  export type ɵɵFactoryDeclaration<Type, Deps> = unknown | [Type, Deps];
  export type ɵɵDirectiveDeclaration<A, B, C, D, E, F, G, H, I> = unknown | [A, B, C, D, E, F, G, H, I];
  export const ɵɵngDeclareDirective: (declaration: object) => unknown;
}
