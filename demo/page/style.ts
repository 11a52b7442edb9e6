const colours: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  valid: ['#4a86c9', '#5590d6'],
  injected: ['#a9c9ea', '#2f5783'],
  waiting: ['#cdd1d6', '#4a525e'],
  controlled: ['#2d9d78', '#37b288'],
  activated: ['#7cc4a4', '#1f6e52'],
  assigned: ['#7d74d1', '#8f86e4'],
  moving: ['#d6a5d9', '#7d4a86'],
  stayed: ['#e8cfe0', '#59405a'],
  transferred: ['#a3569f', '#c274be'],
  going: ['#f0b79b', '#8a4b2f'],
  gone: ['#d46a45', '#de7b57'],
  'gone-too': ['#a8472f', '#b1573f'],
  card: ['#e0b23a', '#d8aa35'],
  'card-waiting': ['#efe0b0', '#6c5b27'],
  'card-used': ['#8f9a2f', '#a3b04a'],
  other: ['#8a8f98', '#8a8f98'],
  'end-OK': ['#2d9d78', '#37b288'],
  'end-WARNING': ['#d99a1c', '#e0a93f'],
  'end-ERROR': ['#c6432f', '#e0604b'],
  'end-SKIPPED': ['#8a8f98', '#8a8f98'],
};

function variables(theme: 0 | 1): string {
  return Object.entries(colours)
    .map(([name, pair]) => `--${name}:${pair[theme]}`)
    .join(';');
}

const fills = Object.keys(colours)
  .map((name) => `.fill-${name}{fill:var(--${name})}`)
  .join('');

const light = `--paper:#faf9f6;--sheet:#ffffff;--ink:#1c2430;--quiet:#5f6978;--line:#e3e0d8;--band:#f4f2ec;--otherband:#eae7de;--accent:#2b5c94;--good:#1f7a5b;--goodsheet:#e6f4ee;--bad:#a8331f;--badsheet:#fbeae6;--warn:#8a5a00;--callfill:#8fb4dc;--limitline:#b5502f;${variables(0)}`;
const dark = `--paper:#12161c;--sheet:#1a2028;--ink:#e8ebf0;--quiet:#9aa5b4;--line:#2f3844;--band:#1e252e;--otherband:#262e39;--accent:#86b6ec;--good:#63d3a8;--goodsheet:#16312a;--bad:#f09580;--badsheet:#3a211c;--warn:#e0a93f;--callfill:#3d6a9e;--limitline:#e08a66;${variables(1)}`;

/** Light or dark as the reader has it, black on white on paper. */
export const style = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
@media print{:root{color-scheme:light;${light};--paper:#fff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:40px 24px 56px}
h1{font-size:clamp(1.7rem,4.4vw,2.5rem);line-height:1.15;letter-spacing:-.02em;margin:0 0 .35em;text-wrap:balance}
h2{font-size:1.3rem;letter-spacing:-.01em;margin:0 0 .2em}
h3{font-size:.95rem;margin:0;font-weight:650}
p{margin:.2em 0 1em}
.about,.hint{color:var(--quiet);max-width:70ch}
section{margin:44px 0 0}
.verdict{display:flex;gap:14px;align-items:flex-start;border-radius:12px;padding:16px 18px;margin:22px 0 0;background:var(--goodsheet);color:var(--good);font-weight:600;font-size:1.08rem;line-height:1.35}
.verdict.bad{background:var(--badsheet);color:var(--bad)}
.verdict small{display:block;font-weight:400;color:var(--ink);font-size:.92rem;margin-top:3px}
.sign{flex:none;width:30px;height:30px;border-radius:50%;display:grid;place-items:center;background:var(--good);color:var(--sheet);font-size:17px;margin-top:1px}
.bad .sign{background:var(--bad)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:1px;background:var(--line);border:1px solid var(--line);border-radius:12px;overflow:hidden;margin:18px 0 0;padding:0;list-style:none}
.facts li{background:var(--sheet);padding:12px 16px;color:var(--quiet);font-size:.86rem;line-height:1.3}
.facts b{display:block;color:var(--ink);font-size:1.55rem;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
figure{margin:14px 0 0;background:var(--sheet);border:1px solid var(--line);border-radius:12px;padding:14px 14px 10px}
figure+figure{margin-top:14px}
figcaption{margin:0 0 8px}
figure svg{display:block;width:100%;height:auto}
svg text{font-family:inherit}
.narrow{display:none}
@media (max-width:760px){.wide{display:none}.narrow{display:block}main{padding:26px 14px 40px}figure{padding:10px 8px 8px}section{margin-top:34px}}
@media print{.wide{display:block}.narrow{display:none}main{max-width:none;padding:0}figure,.verdict,.facts,li,tr{break-inside:avoid}section{margin-top:24px}h2,h3,figcaption{break-after:avoid}}
.day{fill:var(--band)}.day.other{fill:var(--otherband)}
.midnight{stroke:var(--sheet);stroke-width:1.5;fill:none}
.dayname{fill:var(--quiet);font-size:12px;font-weight:600}
.leader{stroke:var(--quiet);stroke-width:1;opacity:.45;fill:none}
.mark{fill:var(--accent)}
.marknumber{fill:var(--sheet);font-size:9.5px;font-weight:700}
.caption{fill:var(--ink);font-size:12px;paint-order:stroke;stroke:var(--band);stroke-width:3px;stroke-linejoin:round}
.grid{stroke:var(--ink);stroke-width:1;opacity:.13;fill:none}
.tick{fill:var(--quiet);font-size:11px;font-variant-numeric:tabular-nums}
.lane{fill:var(--ink);font-size:12px;font-weight:600}
.lanenote{fill:var(--quiet);font-size:12px;font-variant-numeric:tabular-nums}
.area{stroke:var(--sheet);stroke-width:.6;stroke-linejoin:round}
.runmark{fill:var(--sheet);font-size:9px;font-weight:800}
.run{stroke:var(--sheet);stroke-width:.5}
a:hover .run,a:focus .run{stroke:var(--ink);stroke-width:1.5}
.calls{fill:var(--callfill)}
.limit{stroke:var(--limitline);stroke-width:1.5;stroke-dasharray:5 4;fill:none}
.message{fill:var(--accent)}
.value{fill:var(--ink);font-size:11px;font-variant-numeric:tabular-nums}
${fills}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:10px 4px 8px;padding:0;font-size:.84rem;color:var(--quiet)}
.legend b{color:var(--ink);font-variant-numeric:tabular-nums}
figure .swatch,.swatch{display:inline-block;width:12px;height:12px;vertical-align:-1px;margin-right:6px}
details{border-top:1px solid var(--line);margin:8px 0 0;padding:8px 4px 0;font-size:.88rem}
summary{cursor:pointer;color:var(--accent);padding:2px 0}
.scroll{overflow-x:auto;margin-top:8px}
table{border-collapse:collapse;width:100%;font-size:.86rem}
th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}
thead th{color:var(--quiet);font-weight:600;white-space:nowrap}
td.number,th.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
a{color:var(--accent)}
.end{white-space:nowrap;font-weight:600}
.end-OK{color:var(--good)}.end-WARNING{color:var(--warn)}.end-ERROR{color:var(--bad)}.end-SKIPPED{color:var(--quiet)}
.story{columns:2;column-gap:40px;margin:18px 0 0;padding:0;list-style:none}
@media (max-width:760px){.story{columns:1}}
.story>li{margin:0 0 16px;break-inside:avoid}
.story>li>b{display:block;margin:0 0 4px;break-after:avoid}
.story ol{list-style:none;margin:0;padding:0}
.story ol li{display:grid;grid-template-columns:24px 46px 1fr;gap:0 8px;padding:3px 0;font-size:.93rem;break-inside:avoid}
.story time{color:var(--quiet);font-variant-numeric:tabular-nums}
.chip{width:20px;height:20px;border-radius:50%;background:var(--accent);color:var(--sheet);font-size:11px;font-weight:700;display:grid;place-items:center;margin-top:2px}
@media screen and (max-width:760px){.runs thead{display:none}.runs tr{display:grid;grid-template-columns:auto 1fr auto;gap:0 12px;padding:8px 0;border-bottom:1px solid var(--line)}.runs th,.runs td{border:0;padding:1px 0}.runs th{grid-column:1/-1}}
.agreement table{max-width:720px}
footer{margin-top:44px;border-top:1px solid var(--line);padding-top:14px;color:var(--quiet);font-size:.86rem}
`.trim();
