/** Tables of components: rows of cells, header rows first. */
import { useTranslate } from "../view/translate";
import { type Component, type NodeProps, childrenOf, classes, textOf } from "./context";
import { Children } from "./node";
import { boxStyle } from "./style";

export function Table({ component, path }: NodeProps) {
  const translate = useTranslate();
  const rows = childrenOf(component).map((row, index) => ({ row, path: `${path}/${index}` }));
  const heads = rows.filter(({ row }) => row["header"] === true);
  const body = rows.filter(({ row }) => row["header"] !== true);
  const draw = ({ row, path: at }: { row: Component; path: string }) => <Row key={row.key ?? row.id ?? at} row={row} path={at} />;
  return (
    <div class="ck-table" tabIndex={0} role="group" aria-label={translate("table.label")}>
      <table>
        {heads.length > 0 && <thead>{heads.map(draw)}</thead>}
        <tbody>{body.map(draw)}</tbody>
      </table>
    </div>
  );
}

function Row({ row, path }: { row: Component; path: string }) {
  const isHead = row["header"] === true;
  // What is no row is shown in a cell of its own.
  const cells = row.type === "Table.Row" ? childrenOf(row) : [{ type: "Table.Cell", children: [row] }];
  return (
    <tr>
      {cells.map((cell, index) => <Cell key={cell.key ?? cell.id ?? index} cell={cell} path={`${path}/${index}`} isHead={isHead} />)}
    </tr>
  );
}

function Cell({ cell, path, isHead }: { cell: Component; path: string; isHead: boolean }) {
  const [align, vAlign, colSize] = [textOf(cell, "align"), textOf(cell, "vAlign"), textOf(cell, "colSize")];
  const shared = {
    class: classes(colSize && `ck-col-${colSize}`, align && `ck-cell-${align}`, vAlign && `ck-cell-v-${vAlign}`),
    style: { ...boxStyle({ padding: cell["padding"], width: cell["width"] }) },
    ...(typeof cell["colSpan"] === "number" && { colSpan: cell["colSpan"] }),
    ...(typeof cell["rowSpan"] === "number" && { rowSpan: cell["rowSpan"] }),
  };
  const content = <Children component={cell} path={path} />;
  return isHead ? <th scope="col" {...shared}>{content}</th> : <td {...shared}>{content}</td>;
}
