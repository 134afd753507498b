"""The style sheet of the report: the tokens of the product, light, dark and print."""

CSS = """
:root{--bg:#f5f6f8;--surface:#fff;--sunken:#eff1f4;--text:#151a21;--second:#545e6c;--faint:#616b79;
--edge:#e0e4e9;--rule:#eceff2;--primary:#2a50c8;--green:#1b7f4b;--greent:#12693c;--greens:#e6f4eb;
--amber:#bd7400;--ambert:#855000;--ambers:#fcf2df;--red:#c6362c;--redt:#ad261d;--reds:#fcebe9;
--grey:#727c8a;--greyt:#4d5765;--greys:#edf0f3}
@media (prefers-color-scheme:dark){:root{--bg:#0d1014;--surface:#14181e;--sunken:#1c222a;
--text:#e6e9ee;--second:#a5afbc;--faint:#8f9aa8;--edge:#282f39;--rule:#20262e;--primary:#9ab6ff;
--green:#3fb277;--greent:#74d6a0;--greens:#13291e;--amber:#dd9c2c;--ambert:#f0ba62;--ambers:#2c2211;
--red:#ec6a5f;--redt:#ff9c93;--reds:#351b1a;--grey:#8893a2;--greyt:#b0b9c5;--greys:#222931}}
*{box-sizing:border-box}html{color-scheme:light dark}
body{margin:0;background:var(--bg);color:var(--text);font:400 15px/1.5 -apple-system,
BlinkMacSystemFont,"Segoe UI",Inter,Roboto,"Noto Sans","Liberation Sans",sans-serif;
font-variant-numeric:tabular-nums}
main{max-width:1040px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:26px;line-height:1.25;font-weight:620;letter-spacing:-.018em;margin:0 0 4px;
text-wrap:balance}
h2{font-size:19px;font-weight:620;letter-spacing:-.011em;margin:48px 0 12px}
h3{font-size:16px;font-weight:620;margin:0 0 4px}p{margin:0 0 8px;max-width:68ch}
a{color:var(--primary)}.second{color:var(--second)}.small{font-size:13px}.faint{color:var(--faint)}
.grid{display:grid;grid-template-columns:1fr 1fr;gap:16px;margin-top:24px}
.card{background:var(--surface);border:1px solid var(--edge);border-radius:10px;padding:20px}
.card>.head{display:flex;justify-content:space-between;gap:12px;color:var(--second)}
.verdict{font-size:18px;line-height:1.45;font-weight:500;letter-spacing:-.011em;margin:12px 0}
nav{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:14px;margin-top:8px}nav a{text-decoration:none}
.keys{list-style:none;padding:0;margin:0 0 12px;font-size:14px}.keys li{display:flex;gap:8px;
align-items:center;padding:5px 0;border-top:1px solid var(--rule)}.keys a{color:var(--text);
text-decoration:none}.keys a:hover{text-decoration:underline}.keys .end{margin-left:auto;
color:var(--second);white-space:nowrap}
figure{margin:12px 0 0}.units{width:100%;min-width:430px;max-width:560px;height:auto;display:block}
.units .name{font-size:13px;fill:var(--text)}.units .tick{font-size:12px;fill:var(--faint)}
.units .t{stroke:var(--edge)}.units .r{stroke-width:6;stroke-linecap:round;opacity:.45}
.units .lim{stroke:var(--red);stroke-dasharray:3 3}
.steps h3 a{color:inherit;text-decoration:none}.steps h3 a:hover{text-decoration:underline}
.foot{display:flex;justify-content:space-between;gap:12px;border-top:1px solid var(--rule);
padding-top:10px;margin-top:12px;font-size:13px;color:var(--second)}
.light{display:inline-flex;align-items:center;gap:6px;font-weight:600;white-space:nowrap}
.light svg{flex:none}.green{color:var(--greent)}.amber{color:var(--ambert)}.red{color:var(--redt)}
.not_enough_evidence,.data_not_trustworthy,.not_applicable{color:var(--greyt)}
.card.steps{padding:0}.steps{margin:0;list-style:none}.steps>li{display:grid;
grid-template-columns:36px 1fr 190px;gap:12px;padding:16px 20px;border-top:1px solid var(--rule)}
.steps>li:first-child{border-top:0}.num{width:28px;height:28px;border:1.5px solid var(--text);
border-radius:50%;display:grid;place-items:center;font-weight:600;font-size:14px}
.rows{padding:0}.rows>div{padding:12px 20px;border-top:1px solid var(--rule)}
.rows>div:first-child{border-top:0}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px}
th{font-weight:500;color:var(--faint);text-align:left;font-size:13px}
th,td{padding:8px 12px 8px 0;border-top:1px solid var(--rule);vertical-align:top}
tr:first-child th{border-top:0}td.n,th.n{text-align:right}
.tag{display:inline-block;background:var(--sunken);border-radius:4px;padding:1px 7px;font-size:13px;
color:var(--second);margin-right:6px}
dl{display:grid;grid-template-columns:150px 1fr;gap:14px 16px;margin:16px 0 0}
dt{color:var(--second);font-size:14px}dd{margin:0;min-width:0;max-width:64ch}
details{margin-top:8px}summary{cursor:pointer;color:var(--primary);font-size:14px}
summary:focus-visible,a:focus-visible{outline:2px solid var(--primary);outline-offset:2px}
.finding,.process,.process+.card{margin-top:16px}.process td.n .small{white-space:nowrap}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px;
background:var(--sunken);padding:12px;border-radius:6px;max-height:340px;overflow:auto}
.band{width:190px;height:22px;display:block}.band .t{stroke:var(--edge)}
.band .r{stroke-width:6;stroke-linecap:round;opacity:.45}.band .p{stroke:var(--text);
stroke-dasharray:3 2;stroke-width:1.5}.band .l{stroke:var(--red);stroke-dasharray:2 2}
.s-green{stroke:var(--green);fill:var(--green)}.s-amber{stroke:var(--amber);fill:var(--amber)}
.s-red{stroke:var(--red);fill:var(--red)}.s-grey{stroke:var(--grey);fill:var(--grey)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.quiet{color:inherit;text-decoration-color:var(--edge);text-underline-offset:3px}
.finding .light{white-space:normal;align-items:flex-start}.plain{padding-left:0;list-style:none;margin:0}.keys a.end{color:var(--second)}
code{overflow-wrap:anywhere}tr.behind>td{border-top:0;padding:0 0 12px}details>div td,details>div th{padding:4px 12px 4px 0}details>div td{overflow-wrap:anywhere}tr.behind details{margin-top:4px}
.trend:before{content:"→ ";color:var(--faint)}.trend.better:before{content:"↗ ";color:var(--greent)}
.trend.worse:before{content:"↘ ";color:var(--redt)}.trend.unknown:before{content:"· "}
.card>.wide+details,.wide+details{margin-top:12px}
@media screen and (max-width:760px){main{padding:20px 16px 48px}.grid{grid-template-columns:1fr}
.steps>li{grid-template-columns:36px 1fr}.steps>li>.side{grid-column:2}dl{grid-template-columns:1fr;
gap:4px}dd{margin-bottom:12px}
main>.card>.wide>table thead,details>.wide>table thead{display:none}
main>.card>.wide>table tr,details>.wide>table tr{display:block;border-top:1px solid var(--rule);padding:8px 0}
main>.card>.wide>table td,details>.wide>table td{display:block;border:0;padding:2px 0;text-align:left}
td.n:before{content:attr(data-h) " ";color:var(--faint);font-size:13px}tr.behind{border-top:0!important}
.foot{flex-direction:column;gap:4px}}
@media print{:root{--bg:#fff;--surface:#fff;--text:#000;--second:#333}@page{margin:14mm}h1{font-size:20px}h3{font-size:13px}.tag,.foot,.light{font-size:11px}
body{font-size:12px}main{max-width:none;padding:0}nav,.foot a,details{display:none}
.grid{gap:10px;margin-top:12px}.card{padding:12px}p.verdict{font-size:13px}.keys{font-size:11px}
.small,td,th{font-size:11px}.steps>li{padding:8px 12px;grid-template-columns:32px 1fr 170px}
h2{margin:20px 0 8px;break-after:avoid}.grid>.card,.steps>li,.rows>div,tr,figure{break-inside:avoid}
tr.behind{display:none}thead{display:table-header-group}a{color:inherit;text-decoration:none}
dl{gap:6px 12px;grid-template-columns:110px 1fr}.band{width:150px}}
"""
