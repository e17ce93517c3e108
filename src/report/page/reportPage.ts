import { shortened } from '../../format/table.ts';
import { version } from '../../version.ts';
import { type Markup, markup } from '../markup.ts';
import { comparedSections } from './comparedSections.ts';
import { type ReportedRun, runSections } from './runSections.ts';

/** A report as one file: nothing in it is fetched, and nothing needs a script. */
export function reportPage(reported: readonly ReportedRun[], written: string): string {
  const [first] = reported;
  const title =
    reported.length === 1 && first
      ? shortened(`${first.run.config.name}: ${first.run.directory}`, 200)
      : `${reported.length} runs compared`;
  const body = reported.length === 1 && first ? runSections(first) : comparedSections(reported);
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${title}</title><style>${style}</style></head>
<body><main><h1>${title}</h1>
${body}
</main><footer>Written by Millrace ${version}, ${written}.</footer></body></html>
`.html;
}

const style: Markup = {
  html: `
:root{--ink:#1c2330;--soft:#5b6472;--rule:#d9dee6;--paper:#fff;--panel:#f5f7fa;--note:#fff4d6;--c0:#1f6feb;--c1:#c2410c;--c2:#15803d;--c3:#9333ea;--c4:#0e7490;--c5:#b91c1c;--c6:#a16207;--c7:#be185d}
@media (prefers-color-scheme:dark){:root{--ink:#e4e8ef;--soft:#9aa4b2;--rule:#333b47;--paper:#12161c;--panel:#1b212a;--note:#3a3116;--c0:#6ea8fe;--c1:#fb923c;--c2:#4ade80;--c3:#c084fc;--c4:#22d3ee;--c5:#f87171;--c6:#facc15;--c7:#f472b6}}
@media print{:root{--ink:#000;--soft:#444;--rule:#ccc;--paper:#fff;--panel:#fff;--note:#fff;--c0:#1f6feb;--c1:#c2410c;--c2:#15803d;--c3:#9333ea;--c4:#0e7490;--c5:#b91c1c;--c6:#a16207;--c7:#be185d}section,figure,tr{break-inside:avoid}main{max-width:none}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main,footer{max-width:72rem;margin:0 auto;padding:1rem}
h1,h2,p,figcaption,th,td,li,pre{overflow-wrap:anywhere}
h1{font-size:1.6rem;margin:.5rem 0}
h2{font-size:1.25rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--rule)}
footer,figcaption,caption,.legend{color:var(--soft);font-size:.875rem}
figcaption b{color:var(--ink)}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(20rem,100%),1fr));gap:1rem}
figure{margin:0;padding:.5rem;background:var(--panel);border-radius:6px}
figure.network{max-width:36rem;margin-top:1rem}
figure>svg{width:100%;height:auto;display:block}
svg text{fill:var(--soft);font-size:11px}
svg .name{fill:var(--ink)}
.grid{stroke:var(--rule);stroke-width:.7}.axis{stroke:var(--soft)}
.line{fill:none;stroke-width:1.8;stroke-linejoin:round}.dashed{stroke-dasharray:5 4}
.band{opacity:.2;stroke:none}
${Array.from({ length: 8 }, (_, i) => `.line.c${i}{stroke:var(--c${i})}.band.c${i},.dot.c${i}{fill:var(--c${i})}`).join('')}
.layer{fill:var(--rule)}.layer.learns{fill:var(--c0);fill-opacity:.3}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.3rem 0 0;padding:0}.legend svg{width:22px;height:8px;margin-right:.4rem}
.wide{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;font-size:.875rem}
caption{text-align:left;padding-bottom:.3rem}
th,td{padding:.2rem .6rem;border-bottom:1px solid var(--rule);vertical-align:top}
th{font-weight:600}.text,tbody th{text-align:left}.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.text{min-width:12rem;max-width:32rem}tbody th{min-width:8rem;max-width:20rem}thead th{overflow-wrap:normal}table{min-width:min(100%,26rem)}
.bar{width:8rem;height:.7rem;background:var(--rule)}.fill{fill:var(--c0)}
.heat{display:block;padding:0 .3rem;background:color-mix(in srgb,var(--c1) calc(var(--share)*60%),transparent)}.heat.right{background:color-mix(in srgb,var(--c0) calc(var(--share)*60%),transparent)}
.note{background:var(--note);padding:.4rem .7rem;border-radius:6px}
pre{background:var(--panel);padding:.6rem;white-space:pre-wrap}
`,
};
