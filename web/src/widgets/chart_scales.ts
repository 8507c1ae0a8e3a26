/** A chart's numbers: stacks, extents, and where bars stand. Pure. */

export interface Series {
  readonly type: "bar" | "area" | "line";
  readonly dataKey: string;
  readonly label?: string | null;
  readonly stack?: string | null;
  readonly color?: unknown;
  readonly curveType?: string | null;
}

export interface ChartData {
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  readonly series: readonly Series[];
  readonly x: { readonly dataKey: string; readonly hide?: boolean; readonly labels?: Record<string, string> };
  readonly showYAxis: boolean;
  readonly showLegend: boolean;
  readonly showTooltip: boolean;
  /** Pixels between the bars of one place, and between places. */
  readonly barGap: number;
  readonly barCategoryGap: number | null;
}

/** From where to where a series reaches at each row; series of one stack lie on each other. */
export interface Layer {
  readonly series: Series;
  readonly index: number;
  readonly spans: readonly (readonly [number, number])[];
  /** Which of the bars side by side this one is; -1 for what is no bar. */
  readonly slot: number;
}

export function layersOf({ rows, series }: ChartData): { readonly layers: readonly Layer[]; readonly slots: number } {
  const tops = new Map<string, number[]>();
  const slots: string[] = [];
  const layers = series.map((one, index) => {
    const pile = one.stack && one.type !== "line" ? `${one.type}:${one.stack}` : null;
    const below = (pile !== null ? tops.get(pile) : undefined) ?? rows.map(() => 0);
    const spans = rows.map((row, at) => [below[at] ?? 0, (below[at] ?? 0) + numberOf(row[one.dataKey])] as const);
    if (pile !== null) tops.set(pile, spans.map(([, top]) => top));
    if (one.type !== "bar") return { series: one, index, spans, slot: -1 };
    const name = pile ?? `own:${index}`;
    if (!slots.includes(name)) slots.push(name);
    return { series: one, index, spans, slot: slots.indexOf(name) };
  });
  return { layers, slots: slots.length };
}

/** The lowest and highest value; nought is always in it. */
export function extentOf(layers: readonly Layer[]): readonly [number, number] {
  const values = layers.flatMap(({ spans }) => spans.flat());
  return [Math.min(0, ...values), Math.max(0, ...values) || 1];
}

function numberOf(value: string | number | undefined): number {
  const number = Number(value ?? 0);
  return Number.isFinite(number) ? number : 0;
}
