/** A chart: its drawing is loaded when the first is shown; its data is a table for those who listen. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { formatList } from "../view/numbers";
import { useTranslate } from "../view/translate";
import { useHost } from "../view/use_session";
import { type NodeProps, listOf } from "./context";
import type { ChartData, Series } from "./chart_scales";
import { blockStyle } from "./style";

type Drawing = ComponentType<{ data: ChartData }>;

export function Chart({ component }: NodeProps) {
  const translate = useTranslate();
  const locale = useHost().locale();
  const [Drawn, setDrawn] = useState<Drawing | null>(null);
  useEffect(() => {
    let isShown = true;
    void import("./chart_drawing").then(({ ChartDrawing }) => {
      if (isShown) setDrawn(() => ChartDrawing);
    });
    return () => {
      isShown = false;
    };
  }, []);
  const data = chartData(component);
  const style = { ...blockStyle(component), ...(component["flex"] !== undefined && component["flex"] !== null && { flex: String(component["flex"]) }) };
  const name = formatList(data.series.map((one) => one.label ?? one.dataKey), locale);
  return (
    <figure class="ck-chart" style={style} aria-label={translate("chart.label", { name })}>
      {Drawn ? <Drawn data={data} /> : <div class="ck-skeleton ck-chart-plot" />}
      <DataTable data={data} name={name} />
    </figure>
  );
}

function chartData(component: NodeProps["component"]): ChartData {
  const axis = component["xAxis"] as string | { dataKey: string; hide?: boolean; labels?: Record<string, string> } | undefined;
  const config = typeof axis === "object" ? axis : { dataKey: axis ?? "" };
  return {
    rows: listOf<ChartData["rows"][number]>(component["data"]),
    series: listOf<Series>(component["series"]),
    x: config,
    showYAxis: component["showYAxis"] === true,
    showLegend: component["showLegend"] !== false,
    showTooltip: component["showTooltip"] !== false,
    barGap: typeof component["barGap"] === "number" ? component["barGap"] : 2,
    barCategoryGap: typeof component["barCategoryGap"] === "number" ? component["barCategoryGap"] : null,
  };
}

function DataTable({ data, name }: { data: ChartData; name: string }) {
  const { rows, series, x } = data;
  return (
    <table class="ck-hidden">
      <caption>{name}</caption>
      <thead>
        <tr><th scope="col">{x.dataKey}</th>{series.map((one) => <th key={one.dataKey} scope="col">{one.label ?? one.dataKey}</th>)}</tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={at}>
            <th scope="row">{x.labels?.[String(row[x.dataKey])] ?? row[x.dataKey]}</th>
            {series.map((one) => <td key={one.dataKey}>{row[one.dataKey]}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
