// The element's style sheet, made once per page as a constructed sheet: no inline style, nothing to fetch.
//
// Custom properties for the integrator: --kyc-accent, --kyc-on-accent, --kyc-surface, --kyc-text, --kyc-muted,
// --kyc-line, --kyc-soft, --kyc-radius, --kyc-font. Attribute theme="light" or "dark" overrides the system's choice.

const LIGHT = `
  color-scheme: light;
  --brand: var(--kyc-accent, #0b6b5f); --accent: var(--brand); --on-accent: var(--kyc-on-accent, #ffffff);
  --accent-soft: color-mix(in srgb, var(--accent) 11%, var(--surface));
  --surface: var(--kyc-surface, #ffffff); --soft: var(--kyc-soft, #f3f6f5);
  --text: var(--kyc-text, #12211f); --muted: var(--kyc-muted, #4d5d5a); --line: var(--kyc-line, #d5dedb);
  --bad: #a3231b; --bad-soft: #fbeceb; --warn: #6b4600; --warn-soft: #fdf3da; --good: #0d6b3a; --good-soft: #e2f4e9;
`;
const DARK = `
  color-scheme: dark;
  --brand: var(--kyc-accent, #62d6c3); --accent: var(--brand); --on-accent: var(--kyc-on-accent, #04231e);
  --accent-soft: color-mix(in srgb, var(--accent) 14%, var(--surface));
  --surface: var(--kyc-surface, #101819); --soft: var(--kyc-soft, #1a2425);
  --text: var(--kyc-text, #eaf1f0); --muted: var(--kyc-muted, #a5b5b2); --line: var(--kyc-line, #2e3c3d);
  --bad: #ffb3ab; --bad-soft: #3a1d1b; --warn: #f3cc78; --warn-soft: #352a12; --good: #83daa6; --good-soft: #12321f;
`;

// Contrast of any accent: text on it is white below the luminance at which black and white contrast alike (0.179), else
// black; as a text or line on the surface it is made dark, or in the dark theme light, enough.
const WHITE = "clamp(0, (.1791 - y) * 100000, 1)";
const ON_ACCENT = `color(from var(--brand) xyz-d65 calc(.9505 * ${WHITE}) ${WHITE} calc(1.089 * ${WHITE}))`;
const READABLE_LIGHT = `--on-accent: var(--kyc-on-accent, ${ON_ACCENT});
  --accent: oklch(from var(--brand) min(l, .5) c h);`;
const READABLE_DARK = `--on-accent: var(--kyc-on-accent, ${ON_ACCENT});
  --accent: oklch(from var(--brand) max(l, .76) c h);`;

const CSS = `
:host { ${LIGHT}
  display: block; container: kyc / inline-size; box-sizing: border-box; min-height: 28rem; height: 100%;
  color: var(--text); background: var(--surface);
  font: 400 1rem/1.5 var(--kyc-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif);
  -webkit-text-size-adjust: 100%; text-align: start;
}
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
:host([theme="dark"]) { ${DARK} }
@supports (color: oklch(from red min(l, .5) c h)) {
  :host { ${READABLE_LIGHT} }
  @media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${READABLE_DARK} } }
  :host([theme="dark"]) { ${READABLE_DARK} }
}
:host([hidden]) { display: none; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }
button { font: inherit; color: inherit; -webkit-tap-highlight-color: transparent; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { width: 1.5rem; height: 1.5rem; flex: none; fill: none; stroke: currentColor; stroke-width: 1.7;
  stroke-linecap: round; stroke-linejoin: round; }

.app { display: flex; flex-direction: column; height: 100%; min-height: inherit; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .875rem;
  padding: .875rem 1.25rem .625rem; min-height: 2.75rem; }
.top ::slotted(*) { flex: none; max-width: 100%; }
.segments { display: flex; gap: .3125rem; flex: 1 1 5rem; }
.segment { height: .25rem; flex: 1; border-radius: 1rem; background: var(--line); transition: background-color .3s; }
.segment.done { background: var(--accent); }
.segment.now { background: linear-gradient(90deg, var(--accent) 50%, var(--line) 50%); }
.step-words { font-size: .8125rem; color: var(--muted); white-space: nowrap; font-variant-numeric: tabular-nums; }
.step-words:empty { display: none; }
.languages { min-height: 2.75rem; max-width: 9rem; margin-inline-start: auto; padding: .25rem .5rem; font: inherit;
  font-size: .875rem; color: inherit; background: var(--surface);
  border: 1px solid var(--line); border-radius: .625rem; }
[dir="rtl"] .segment.now { background: linear-gradient(270deg, var(--accent) 50%, var(--line) 50%); }
[dir="rtl"] .choice > .icon { transform: scaleX(-1); }
.offline { display: flex; gap: .625rem; align-items: center; margin: 0 1.25rem .5rem; padding: .625rem .875rem;
  border-radius: .75rem; background: var(--warn-soft); color: var(--warn); font-size: .9375rem; line-height: 1.4; }
.screens { flex: 1; min-height: 0; display: flex; overflow: auto; }
.screen { flex: 1; min-width: 0; display: flex; flex-direction: column; animation: come .28s ease-out; }
@keyframes come { from { opacity: 0; transform: translateY(6px); } }

.title { font-size: 1.5rem; line-height: 1.2; font-weight: 650; letter-spacing: -.015em; text-wrap: balance;
  outline: none; }
.title:focus-visible { outline: none; }
.title.quiet { font-size: 1.0625rem; font-weight: 500; letter-spacing: 0; }
.lead { color: var(--muted); margin-top: .5rem; text-wrap: pretty; }
.quiet { color: var(--muted); font-size: .9375rem; }
.body { flex: 1; padding: .75rem 1.25rem 1.25rem; width: 100%; max-width: 32rem; margin-inline: auto; }
.actions { position: sticky; bottom: 0; display: flex; flex-direction: column; gap: .5rem; width: 100%;
  max-width: 32rem;
  margin-inline: auto; padding: .75rem 1.25rem max(1rem, env(safe-area-inset-bottom)); background: var(--surface); }
.actions:empty { display: none; }
.pair { display: flex; flex-wrap: wrap; gap: .5rem; }
.pair > .button { flex: 1 1 calc(50% - .25rem); }
.slot { display: contents; }

.button { display: inline-flex; align-items: center; justify-content: center; gap: .5rem; width: 100%;
  min-height: 3.25rem;
  padding: .625rem 1.125rem; border: 1px solid transparent; border-radius: var(--kyc-radius, .875rem); background: none;
  font-weight: 600; line-height: 1.25; cursor: pointer;
  transition: background-color .15s, border-color .15s, transform .1s; }
.button .icon { width: 1.25rem; height: 1.25rem; }
.button.primary { background: var(--brand); color: var(--on-accent); }
.button.primary:hover { background: color-mix(in srgb, var(--brand) 88%, var(--text)); }
.button.secondary { border-color: var(--line); background: var(--surface); }
.button.secondary:hover, .button.plain:hover { background: var(--soft); }
.button.plain { color: var(--text); }
.button.link { width: auto; min-height: 2.75rem; flex: none; padding: .25rem 0; color: var(--accent);
  font-size: .9375rem;
  text-decoration: underline; text-underline-offset: .2em; text-decoration-thickness: 1px; }
.button:active { transform: scale(.985); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button:disabled { opacity: .45; cursor: default; transform: none; }
.busy { pointer-events: none; }
.button.busy span { opacity: .75; }
.button.busy::before { content: ""; width: 1.125rem; height: 1.125rem; border-radius: 50%;
  border: 2px solid currentColor;
  border-right-color: transparent; animation: turn .9s linear infinite; }
.file { position: absolute; width: 1px; height: 1px; opacity: 0; pointer-events: none; }

.points { list-style: none; display: grid; gap: .875rem; margin-top: 1.5rem; }
.points li { display: flex; gap: .875rem; align-items: center; }
.badge { display: grid; place-items: center; width: 2.75rem; height: 2.75rem; flex: none; border-radius: .875rem;
  background: var(--accent-soft); color: var(--accent); }
.note { display: flex; gap: .75rem; margin-top: 1.75rem; padding: .875rem 1rem;
  border-radius: var(--kyc-radius, .875rem);
  background: var(--soft); color: var(--muted); font-size: .875rem; line-height: 1.5; text-wrap: pretty; }
.note .icon { width: 1.25rem; height: 1.25rem; margin-top: .0625rem; }

.links { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }

.choices { display: grid; gap: .625rem; margin-top: 1.5rem; }
.choice { display: flex; align-items: center; gap: .875rem; width: 100%; min-height: 4.5rem; padding: .75rem .875rem;
  border: 1px solid var(--line); border-radius: calc(var(--kyc-radius, .875rem) + .125rem); background: var(--surface);
  text-align: start; cursor: pointer; transition: border-color .15s, background-color .15s; }
.choice:hover { border-color: var(--accent); background: var(--accent-soft); }
.choice-text { flex: 1; display: grid; }
.choice-name { font-weight: 600; }
.choice-hint { color: var(--muted); font-size: .875rem; }
.choice > .icon { width: 1.25rem; height: 1.25rem; color: var(--muted); }
.choice.busy { border-color: var(--accent); background: var(--accent-soft); }

.caption { padding: .25rem 1.25rem .75rem; }
.caption .title { font-size: 1.25rem; }
.caption .lead { margin-top: .25rem; font-size: .9375rem; }
.stage { position: relative; flex: 1; min-height: 15rem; display: grid; place-items: center; overflow: hidden;
  background: #0a1113; color: #fff; contain: strict; }
.view { position: relative; width: 100%; height: 100%; overflow: hidden; }
.video { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; display: block; }
.mirrored .video { transform: scaleX(-1); }
.overlay { position: absolute; inset: 0; width: 100%; height: 100%; }
.stage-wait { position: absolute; inset: 0; display: grid; align-content: center; justify-items: center; gap: .375rem;
  padding: 1.5rem; text-align: center; background: #0a1113; }
.stage-wait-title { margin-top: .75rem; font-weight: 600; }
.stage-wait-hint { max-width: 22rem; color: #b9c7c5; font-size: .9375rem; }
.how { position: absolute; inset: 0; display: grid; align-content: center; justify-items: center; gap: .75rem;
  padding: 1rem 1.5rem; text-align: center; pointer-events: none; }
.stage { container: stage / size; }
@container stage (height >= 20rem) {
  .stage-wait:not([hidden]) { align-content: start; padding-top: 54cqh; }
  .stage-wait:not([hidden]) + .how:not(.asked) { bottom: 48cqh; }
}
@container stage (height < 20rem) { .how:not(.asked) { display: none; } }
.how.asked { background: rgb(8 16 18 / .88); pointer-events: auto; z-index: 1; }
.how-lead { max-width: 22rem; }
.how-close { min-height: 2.75rem; padding: .25rem 1.25rem; border: 1px solid #fff; border-radius: 2rem;
  background: none;
  color: #fff; font-weight: 600; cursor: pointer; }
.how-close:focus-visible { outline-color: #fff; }
.guidance { position: absolute; top: 1rem; max-width: calc(100% - 2rem); padding: .625rem 1.125rem; border-radius: 2rem;
  background: rgb(8 16 18 / .82); color: #fff; font-weight: 600; line-height: 1.3; text-align: center;
  text-wrap: balance;
  transition: background-color .25s, color .25s; }
.guidance:empty { display: none; }
.movement { position: absolute; bottom: 1rem; padding: .375rem .875rem; border-radius: 2rem;
  background: rgb(8 16 18 / .82);
  color: #fff; font-size: .875rem; font-weight: 600; }
.guidance.good { background: #6ee7d2; color: #04231e; }
.focus { position: absolute; inset: 0; width: 100%; height: 100%; padding: 0; border: 0; background: none;
  cursor: pointer; }
.focus:focus-visible { outline-color: #fff; outline-offset: -6px; }
.stage-tools { position: absolute; bottom: 1rem; inset-inline-end: 1rem; display: grid; gap: .625rem; }
.stage-tool { display: grid; place-items: center; width: 3rem; height: 3rem; padding: 0; border: 0; border-radius: 50%;
  background: rgb(8 16 18 / .82); color: #fff; cursor: pointer; }
.stage-tool[aria-pressed="true"] { background: #6ee7d2; color: #04231e; }
.stage-tool:focus-visible { outline-color: #fff; }
.controls { display: grid; grid-template-columns: 1fr auto 1fr; align-items: center; gap: .5rem;
  padding: .875rem .75rem max(1rem, env(safe-area-inset-bottom)); background: var(--surface); }
.control { display: flex; justify-content: center; min-width: 0; }
.tool { display: inline-flex; flex-direction: column; align-items: center; justify-content: center; gap: .125rem;
  min-width: 4.5rem; min-height: 3.25rem; padding: .375rem .5rem; border: 0; border-radius: .75rem; background: none;
  color: var(--text); font-size: .8125rem; font-weight: 500; line-height: 1.2; cursor: pointer; }
.tool:hover { background: var(--soft); }
.shutter { width: 4.5rem; height: 4.5rem; padding: .3125rem; border: 3px solid var(--accent); border-radius: 50%;
  background: none; cursor: pointer; transition: transform .1s, opacity .2s; }
.shutter-dot { display: block; width: 100%; height: 100%; border-radius: 50%; background: var(--accent); }
.shutter:active { transform: scale(.95); }
.shutter-label { display: none; }

.shot-box { position: relative; display: grid; flex: 1 1 14rem; min-height: 12rem; max-height: 46cqh; overflow: hidden;
  background: #0a1113; }
.shot { position: relative; display: grid; place-items: center; overflow: hidden; }
.shot.zoomed { display: block; overflow: auto; }
.shot.zoomed .still { position: static; max-width: none; max-height: none; display: block; }
.shot:focus-visible { outline: 3px solid #fff; outline-offset: -3px; }
.zoom { position: absolute; bottom: .75rem; inset-inline-end: .75rem; }
.still { max-width: 100%; max-height: 100%; width: auto; height: auto; position: absolute; inset: 0; margin: auto;
  opacity: 0; transition: opacity .25s; }
.still.shown { opacity: 1; }
.panel { flex: none; display: flex; flex-direction: column; }
.panel .body { padding-top: 1.125rem; padding-bottom: .5rem; }
.panel .title { font-size: 1.25rem; }
.panel .lead { font-size: .9375rem; margin-top: .25rem; }
.warning { display: flex; gap: .625rem; margin-top: .75rem; padding: .75rem .875rem; border-radius: .75rem;
  background: var(--warn-soft); color: var(--warn); font-size: .9375rem; line-height: 1.4; }
.sent { padding: 0 1.25rem; text-align: center; font-variant-numeric: tabular-nums; }
.sent .bar { margin: .75rem auto .25rem; display: block; }
.warning .icon { width: 1.25rem; height: 1.25rem; }
.read { margin-top: 1rem; }
.read h3 { font-size: .8125rem; font-weight: 600; color: var(--muted); }
.facts { margin-top: .25rem; border-top: 1px solid var(--line); }
.fact { display: flex; justify-content: space-between; gap: 1rem; padding: .5rem 0;
  border-bottom: 1px solid var(--line);
  font-size: .9375rem; }
.fact dt { color: var(--muted); }
.fact dd { font-weight: 600; text-align: end; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }

.wait { align-items: center; gap: .25rem; padding: 2rem 1.5rem; text-align: center; }
.wait::before, .wait::after { content: ""; margin-block: auto; }
.wait > .lead { max-width: 26rem; }
.spinner { width: 2rem; height: 2rem; border-radius: 50%; border: 3px solid currentColor;
  border-right-color: transparent;
  opacity: .85; animation: turn 1s linear infinite; }
.spinner.big { width: 2.75rem; height: 2.75rem; margin-bottom: 1.25rem; color: var(--accent); }
@keyframes turn { to { transform: rotate(1turn); } }
.bar { appearance: none; -webkit-appearance: none; width: min(20rem, 100%); height: .5rem; margin: 1.5rem 0 .5rem;
  border: 0;
  border-radius: 1rem; overflow: hidden; background: var(--line); }
.bar::-webkit-progress-bar { background: var(--line); }
.bar::-webkit-progress-value { background: var(--accent); border-radius: 1rem; transition: inline-size .4s; }
.bar::-moz-progress-bar { background: var(--accent); border-radius: 1rem; }
.medal { display: grid; place-items: center; width: 4.5rem; height: 4.5rem; margin-bottom: 1.25rem;
  border-radius: 50%; }
.medal .icon { width: 2.25rem; height: 2.25rem; stroke-width: 2; }
.medal.good { background: var(--good-soft); color: var(--good); }
.medal.bad { background: var(--warn-soft); color: var(--warn); }
.failure .medal { width: 3.75rem; height: 3.75rem; margin-top: 1rem; }
.failure .medal .icon { width: 1.875rem; height: 1.875rem; }
.failure .note { margin-top: 1.25rem; }
.code { margin-top: 1.25rem; color: var(--muted); font-size: .8125rem; }

/* Side by side where there is more width than height; a tablet held upright keeps the phone's order. */
@media (orientation: landscape) {
@container kyc (width >= 46rem) {
  .top { padding: 1.25rem 2rem .75rem; }
  .title { font-size: 1.75rem; }
  .page { padding-block: 1rem 2rem; }
  /* Centred by margins, which never push the heading above the start of the scroller. */
  .page::before, .page::after { content: ""; margin-block: auto; }
  .page .body { flex: none; }
  .page .actions { position: static; flex-direction: row; flex-wrap: wrap; }
  .page .actions .button { width: auto; min-width: 11rem; }
  .capture, .review { flex-direction: row; gap: 2rem; padding: .75rem 2rem 2rem; }
  .capture { display: grid; grid-template: "stage caption" auto "stage controls" 1fr / minmax(0, 1fr) 19rem;
    column-gap: 2rem; row-gap: 1.5rem; }
  .capture .stage { grid-area: stage; align-self: start; aspect-ratio: 16 / 10; min-height: 0;
    max-height: 100%; border-radius: 1.25rem; }
  .capture[data-step="liveness"] .stage { aspect-ratio: 4 / 3; }
  .capture .caption { grid-area: caption; padding: .5rem 0 0; }
  .caption .title, .panel .title { font-size: 1.5rem; }
  .capture .controls { grid-area: controls; grid-template-columns: 1fr; align-content: start; padding: 0; gap: .5rem; }
  .control, .control.left { justify-content: stretch; }
  .control.middle { order: -1; position: relative; }
  .tool { flex-direction: row; gap: .5rem; width: 100%; min-height: 3.25rem; border: 1px solid var(--line);
    border-radius: var(--kyc-radius, .875rem); font-size: 1rem; font-weight: 600; }
  .tool .icon { width: 1.25rem; height: 1.25rem; }
  .shutter { width: 100%; height: 3.25rem; border: 0; padding: 0; border-radius: var(--kyc-radius, .875rem);
    background: var(--brand); }
  .shutter-dot { display: none; }
  .shutter-label { display: grid; place-items: center; position: absolute; inset: 0; color: var(--on-accent);
    font-weight: 600;
    pointer-events: none; }
  .review .shot-box { flex: 1 1 0; align-self: flex-start; aspect-ratio: 16 / 10; min-height: 0;
    max-height: 100%; border-radius: 1.25rem; }
  .review .panel { flex: 0 0 20rem; }
  .review .panel .body { flex: none; padding-inline: 0; }
  .review .panel .actions { padding-inline: 0; position: static; }
}
}
/* On a low screen what is to be read comes before the buttons, not under them. */
@media (height < 32rem) { :host { min-height: 19rem; } .capture .caption { padding-top: 0 !important; } }
@media (height < 42rem) {
  .page .actions, .panel .actions { position: static; }
  .panel .actions { padding-bottom: 1.5rem; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation-duration: 3s !important; transition: none !important; }
  .screen { animation: none; }
}
@media (forced-colors: active) {
  .shutter-dot, .segment.done, .segment.now { forced-color-adjust: none; }
  .button, .choice, .tool, .stage-tool, .guidance { border: 1px solid; }
  .stage-tool[aria-pressed="true"] { border-width: 4px; }
}
`;

let made: CSSStyleSheet | null = null;

export function sheet(): CSSStyleSheet {
  if (made === null) {
    made = new CSSStyleSheet();
    made.replaceSync(CSS);
  }
  return made;
}
