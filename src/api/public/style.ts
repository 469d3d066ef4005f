/** The style of the public pages: light and dark as the browser asks, and for paper. */
import { HUE_STEP } from './pages.tsx'

const HUES = Array.from({ length: 360 / HUE_STEP }, (_, index) => index * HUE_STEP)
  .map((hue, index) => `.hue-${index}{--hue:${hue}}`)
  .join('\n')

/** The style sheet. */
export const STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f5f2, #161816);
  --surface: light-dark(#ffffff, #1e211f);
  --line: light-dark(#e3e1db, #303531);
  --text: light-dark(#23221f, #e9ebe8);
  --soft: light-dark(#66635c, #a3aba5);
  --accent: light-dark(#2a6655, #79c4ab);
  --chosen: light-dark(#e2efea, #233a32);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 46rem;
  padding: 1.5rem 1rem 3rem;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--accent); }
h1 { margin: 0.25rem 0; font-size: 1.75rem; line-height: 1.25; }
header { margin-bottom: 1.5rem; }
header p { margin: 0; }
.soft, footer, time { color: var(--soft); font-size: 0.875rem; }
.rooms { list-style: none; margin: 0; padding: 0; }
.rooms li {
  display: flex;
  flex-wrap: wrap;
  gap: 0 1rem;
  align-items: baseline;
  justify-content: space-between;
  padding: 0.875rem 1rem;
  border: 1px solid var(--line);
  border-radius: 12px;
  margin-bottom: 0.75rem;
  background: var(--surface);
}
.rooms a { font-weight: 600; font-size: 1.125rem; }
.day {
  margin: 2rem 0 1rem;
  padding-bottom: 0.375rem;
  border-bottom: 1px solid var(--line);
  color: var(--soft);
  font-size: 0.875rem;
  font-weight: 600;
}
.message { padding: 0.375rem 0.75rem; margin-inline: -0.75rem; border-radius: 12px; }
.message p { margin: 0; }
.message .head a { text-decoration: none; }
.message .head a:hover, .message .head a:focus-visible { text-decoration: underline; }
.message:target, .chosen { background: var(--chosen); }
.text { white-space: pre-wrap; }
.answered {
  overflow: hidden;
  padding-left: 0.625rem;
  border-left: 3px solid var(--line);
  color: var(--soft);
  font-size: 0.875rem;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.name { color: light-dark(hsl(var(--hue) 60% 26%), hsl(var(--hue) 55% 74%)); }
.file img {
  display: block;
  max-width: 100%;
  max-height: 24rem;
  margin-block: 0.375rem;
  border-radius: 8px;
}
.turn { margin: 1.25rem 0; }
.nothing { color: var(--soft); padding: 3rem 0; text-align: center; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th, td { padding: 0.5rem 0.875rem; text-align: start; vertical-align: top; }
tbody tr { border-top: 1px solid var(--line); }
thead th:first-child { width: 30%; }
thead th:last-child { width: 26%; }
thead th { color: var(--soft); font-size: 0.875rem; }
td { white-space: pre-wrap; }
footer { margin-top: 3rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
@media (max-width: 36rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { display: block; padding: 0.5rem 0.875rem; }
  tbody th, td { display: block; padding: 0.0625rem 0; }
  td:last-child { color: var(--soft); font-size: 0.875rem; }
}
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; background: none; }
  .turn, nav, footer, header .soft { display: none; }
  .message { break-inside: avoid; }
}
${HUES}
`
