/** Charts as SVG: bars, areas and lines over one axis, with a legend and what is under the pointer. */
import { scaleBand, scaleLinear } from "d3-scale";
import * as shapes from "d3-shape";
import { useEffect, useRef, useState } from "preact/hooks";
import { useHost } from "../view/use_session";
import { type ChartData, type Layer, extentOf, layersOf } from "./chart_scales";
import { color } from "./style";

const PALETTE = ["blue-400", "green-500", "orange-400", "purple-400", "pink-400", "yellow-500"];
const PAD = { top: 8, right: 8, bottom: 24, left: 8 };
const LETTER_PX = 7;

function colorOf({ series, index }: Layer): string {
  return color(series.color) ?? color(PALETTE[index % PALETTE.length]) ?? "currentcolor";
}

export function ChartDrawing({ data }: { data: ChartData }) {
  const place = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(place);
  const { layers, slots } = layersOf(data);
  return (
    <>
      <div ref={place} class="ck-chart-plot">
        {width > 0 && height > 0 && <Plot data={data} layers={layers} slots={slots} width={width} height={height} />}
      </div>
      {data.showLegend && (
        <ul class="ck-legend" aria-hidden="true">
          {layers.map((layer) => <li key={layer.index}><i style={{ background: colorOf(layer) }} />{layer.series.label ?? layer.series.dataKey}</li>)}
        </ul>
      )}
    </>
  );
}

interface PlotProps {
  readonly data: ChartData;
  readonly layers: readonly Layer[];
  readonly slots: number;
  readonly width: number;
  readonly height: number;
}

function Plot({ data, layers, slots, width, height }: PlotProps) {
  const format = new Intl.NumberFormat(useHost().locale(), { notation: "compact" });
  const [hovered, setHovered] = useState<number | null>(null);
  const [low, high] = extentOf(layers);
  const bottom = height - (data.x.hide ? PAD.top : PAD.bottom);
  const y = scaleLinear().domain([low, high]).nice(4).range([bottom, PAD.top]);
  const ticks = y.ticks(4);
  const left = data.showYAxis ? PAD.left + Math.max(...ticks.map((tick) => format.format(tick).length)) * LETTER_PX + 6 : PAD.left;
  const x = scaleBand<number>().domain(data.rows.map((_, at) => at)).range([left, width - PAD.right]);
  if (data.barCategoryGap === null) x.paddingInner(0.25).paddingOuter(0.12);
  else x.paddingInner(Math.min(0.9, data.barCategoryGap / Math.max(1, x.step())));
  const middle = (at: number) => (x(at) ?? 0) + x.bandwidth() / 2;
  const find = (event: PointerEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const at = Math.floor((event.clientX - box.left - left) / ((width - PAD.right - left) / Math.max(1, data.rows.length)));
    setHovered(at >= 0 && at < data.rows.length ? at : null);
  };
  return (
    <>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" onPointerMove={find} onPointerLeave={() => setHovered(null)}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line class={tick === 0 ? "ck-axis" : "ck-grid"} x1={left} x2={width - PAD.right} y1={y(tick)} y2={y(tick)} />
            {data.showYAxis && <text class="ck-tick" x={left - 8} y={y(tick)} dy="0.32em" text-anchor="end">{format.format(tick)}</text>}
          </g>
        ))}
        {hovered !== null && data.showTooltip && <rect class="ck-hovered" x={middle(hovered) - x.step() / 2} y={PAD.top} width={x.step()} height={bottom - PAD.top} />}
        {layers.map((layer) => <LayerShape key={layer.index} layer={layer} data={data} slots={slots} middle={middle} y={y} band={x.bandwidth()} />)}
        {!data.x.hide && <Ticks data={data} middle={middle} step={x.step()} at={height - 6} />}
      </svg>
      {hovered !== null && data.showTooltip && <Tooltip data={data} layers={layers} at={hovered} x={middle(hovered)} width={width} />}
    </>
  );
}

interface LayerProps extends Pick<PlotProps, "data" | "slots"> {
  readonly layer: Layer;
  readonly middle: (at: number) => number;
  readonly y: (value: number) => number;
  readonly band: number;
}

function LayerShape({ layer, data, slots, middle, y, band }: LayerProps) {
  const tone = colorOf(layer);
  const { series, spans, slot } = layer;
  const curve = curveOf(series.curveType);
  if (series.type === "bar") {
    const width = Math.max(1, (band - data.barGap * (slots - 1)) / slots);
    return (
      <g fill={tone}>
        {spans.map(([from, to], at) => {
          const top = Math.min(y(from), y(to));
          const height = Math.abs(y(from) - y(to));
          return <rect key={at} x={middle(at) - band / 2 + slot * (width + data.barGap)} y={top} width={width} height={height} rx={Math.min(4, width / 3, height)} />;
        })}
      </g>
    );
  }
  const line = shapes.line<readonly [number, number]>((_, at) => middle(at), ([, to]) => y(to)).curve(curve)([...spans]) ?? "";
  if (series.type === "line") return <path d={line} fill="none" stroke={tone} stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />;
  const area = shapes.area<readonly [number, number]>((_, at) => middle(at), ([from]) => y(from), ([, to]) => y(to)).curve(curve)([...spans]) ?? "";
  return (
    <g>
      <path d={area} fill={tone} fill-opacity="0.22" />
      <path d={line} fill="none" stroke={tone} stroke-width="2" />
    </g>
  );
}

const CURVES: Readonly<Record<string, shapes.CurveFactory>> = {
  basis: shapes.curveBasis, basisClosed: shapes.curveBasisClosed, basisOpen: shapes.curveBasisOpen, bumpX: shapes.curveBumpX, bumpY: shapes.curveBumpY, bump: shapes.curveBumpX,
  linear: shapes.curveLinear, linearClosed: shapes.curveLinearClosed, natural: shapes.curveNatural, monotoneX: shapes.curveMonotoneX, monotoneY: shapes.curveMonotoneY, monotone: shapes.curveMonotoneX,
  step: shapes.curveStep, stepBefore: shapes.curveStepBefore, stepAfter: shapes.curveStepAfter,
};

function curveOf(name: string | null | undefined): shapes.CurveFactory {
  return CURVES[name ?? "natural"] ?? shapes.curveNatural;
}

/** As many labels as fit side by side. */
function Ticks({ data, middle, step, at }: { data: ChartData; middle: (at: number) => number; step: number; at: number }) {
  const labels = data.rows.map((row) => labelOf(data, row));
  const longest = Math.max(1, ...labels.map((label) => label.length)) * LETTER_PX + 8;
  const every = Math.max(1, Math.ceil(longest / step));
  return <>{labels.map((label, index) => index % every === 0 && <text key={index} class="ck-tick" x={middle(index)} y={at} text-anchor="middle">{label}</text>)}</>;
}

function labelOf({ x }: ChartData, row: ChartData["rows"][number]): string {
  const value = String(row[x.dataKey] ?? "");
  return x.labels?.[value] ?? value;
}

function Tooltip({ data, layers, at, x, width }: { data: ChartData; layers: readonly Layer[]; at: number; x: number; width: number }) {
  const format = new Intl.NumberFormat(useHost().locale());
  const row = data.rows[at];
  if (!row) return null;
  const side = x > width / 2 ? { right: `${width - x + 12}px` } : { left: `${x + 12}px` };
  return (
    <div class="ck-chart-tip" style={side} aria-hidden="true">
      <strong>{labelOf(data, row)}</strong>
      {layers.map((layer) => {
        const value = row[layer.series.dataKey];
        return <p key={layer.index}><i style={{ background: colorOf(layer) }} /><span>{layer.series.label ?? layer.series.dataKey}</span><b>{typeof value === "number" ? format.format(value) : value}</b></p>;
      })}
    </div>
  );
}

function useSize(place: { readonly current: HTMLElement | null }): { readonly width: number; readonly height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const watcher = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) });
    });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [place]);
  return size;
}
