#pragma once

#include <string_view>

namespace fallstreak::scenarios {

// The looks and the one script of the report page; they are in the page, which loads nothing from
// anywhere.
inline constexpr std::string_view kPageStyle = R"css(
:root{color-scheme:light dark;--page:#f6f6f4;--card:#fff;--ink:#1c1c1a;--soft:#5f5e59;--faint:#8c8b85;--rule:#e4e3de;
--grid:#ecebe6;--band:#d0393912;--edge:#d03b3b;--good:#0b7a3b;--bad:#c22f2f;--unsure:#8a6100;
--blue:#2a78d6;--red:#e34948;--orange:#eb6834;--yellow:#c99000;--violet:#6f5bd6;--magenta:#d55181;--aqua:#1baf7a;
--green:#12883f;--grey:#8c8b85;--shade1:#9ec5f4;--shade2:#5598e7;--shade3:#256abf;--shade4:#0d366b}
@media(prefers-color-scheme:dark){:root{--page:#131312;--card:#1c1c1a;--ink:#f2f1ec;--soft:#bdbcb5;--faint:#8c8b85;
--rule:#33322f;--grid:#2a2926;--band:#e6676726;--edge:#e66767;--good:#3fbf76;--bad:#f07070;--unsure:#e0b040;
--blue:#3987e5;--red:#e66767;--orange:#d95926;--yellow:#c98500;--violet:#9085e9;--magenta:#d55181;--aqua:#199e70;
--green:#2fae66;--grey:#8c8b85;--shade1:#1f5aa8;--shade2:#3987e5;--shade3:#86b6ef;--shade4:#dbe9fb}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1040px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:26px;line-height:1.25;margin:0 0 4px;text-wrap:balance}
h2{font-size:17px;margin:36px 0 12px}
h3{font-size:14px;margin:0;font-weight:600}
small{font-weight:400;color:var(--faint)}
.why{color:var(--soft);margin:0 0 20px;max-width:70ch}
.verdict{display:flex;align-items:baseline;gap:12px;border-left:5px solid var(--bad);background:var(--card);
padding:14px 18px;border-radius:0 8px 8px 0}
.verdict strong{font-size:20px;color:var(--bad);text-transform:uppercase;letter-spacing:.03em}
.verdict.passed{border-color:var(--good)}.verdict.passed strong{color:var(--good)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(116px,1fr));gap:10px;margin:16px 0 0}
.facts div{background:var(--card);border-radius:8px;padding:10px 14px}
.facts dt{color:var(--soft);font-size:12px}
.facts dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.card{background:var(--card);border-radius:8px;padding:6px 16px;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th{text-align:left;font-weight:500;color:var(--soft);font-size:12px}
th,td{padding:7px 14px 7px 0;border-top:1px solid var(--rule);vertical-align:top}
tr:first-child th{border-top:0}
td.held{white-space:nowrap;font-weight:600}
.yes{color:var(--good)}.no{color:var(--bad)}.unknown{color:var(--unsure)}
code,.time{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
.time{white-space:nowrap;color:var(--soft);font-variant-numeric:tabular-nums}
.chart{position:relative;background:var(--card);border-radius:8px;padding:14px 16px 6px;margin:0 0 14px}
.chart figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:4px 20px}
.chart svg{display:block;width:100%;height:auto;margin-top:6px;overflow:visible}
.legend{display:flex;flex-wrap:wrap;gap:2px 14px;margin:0;padding:0;list-style:none;font-size:12px;color:var(--soft)}
.key{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:5px;background:var(--c)}
.line{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round}
.area{fill:var(--c);fill-opacity:.8;stroke:var(--card);stroke-width:.6}
.grid{stroke:var(--grid)}
.axis{fill:var(--faint);font-size:11px;font-variant-numeric:tabular-nums}
.band{fill:var(--band)}.edge{stroke:var(--edge);stroke-dasharray:3 3}
.fault{fill:var(--edge);font-size:11px;font-weight:600}
.cursor{stroke:var(--faint)}.cursor[hidden],.tip[hidden]{display:none}
.tip{position:absolute;pointer-events:none;background:var(--page);border:1px solid var(--rule);border-radius:6px;
padding:6px 10px;font-size:12px;line-height:1.6;font-variant-numeric:tabular-nums;white-space:nowrap;z-index:1}
.blue{--c:var(--blue)}.red{--c:var(--red)}.orange{--c:var(--orange)}.yellow{--c:var(--yellow)}
.violet{--c:var(--violet)}.magenta{--c:var(--magenta)}.aqua{--c:var(--aqua)}.green{--c:var(--green)}
.grey{--c:var(--grey)}.shade1{--c:var(--shade1)}.shade2{--c:var(--shade2)}.shade3{--c:var(--shade3)}
.shade4{--c:var(--shade4)}
.kind{font-size:12px;color:var(--soft)}.kind.break{color:var(--bad);font-weight:600}
.kind.recovery{color:var(--good);font-weight:600}.kind.health{color:var(--unsure)}
summary{cursor:pointer;padding:8px 0}
footer{margin-top:36px;color:var(--soft);font-size:13px}
)css";

inline constexpr std::string_view kPageScript = R"js(
for (const figure of document.querySelectorAll('.chart')) {
  const svg = figure.querySelector('svg'), cursor = svg.querySelector('.cursor'), tip = figure.querySelector('.tip');
  const data = JSON.parse(figure.querySelector('script').textContent);
  const keys = [...figure.querySelectorAll('.legend li')];
  const left = +svg.dataset.left, width = +svg.dataset.width, columns = +svg.dataset.columns;
  svg.addEventListener('pointermove', event => {
    const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
    const column = Math.floor(((event.clientX - box.left) / scale - left) / width * columns);
    const inside = column >= 0 && column < columns;
    cursor.toggleAttribute('hidden', !inside);
    tip.hidden = !inside;
    if (!inside) return;
    const x = left + width * (column + .5) / columns;
    cursor.setAttribute('x1', x);
    cursor.setAttribute('x2', x);
    tip.replaceChildren(data.at[column]);
    data.lines.forEach((values, line) => {
      const row = document.createElement('div'), key = keys[line].firstElementChild.cloneNode();
      const value = values[column];
      row.append(key, keys[line].textContent + '  ' + (value === null ? '-' : value.toLocaleString()));
      tip.append(row);
    });
    const place = box.left - figure.getBoundingClientRect().left + x * scale;
    const beside = place + 14 + tip.offsetWidth > figure.clientWidth ? place - 14 - tip.offsetWidth : place + 14;
    tip.style.left = beside + 'px';
    tip.style.top = svg.offsetTop + 24 + 'px';
  });
  svg.addEventListener('pointerleave', () => { cursor.setAttribute('hidden', ''); tip.hidden = true; });
}
)js";

}  // namespace fallstreak::scenarios
