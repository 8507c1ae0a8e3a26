/** Ways to the server: one that can be cut, mended and frozen, as networks are; proxies that hold back. */
import { type Server as HttpServer, createServer as createHttpServer, request } from "node:http";
import { type Server, type Socket, connect, createServer } from "node:net";

export class Line {
  private readonly sockets = new Set<Socket>();
  private isCut = false;
  /** How often a connection was cut because it was silent. */
  silenced = 0;

  private constructor(private readonly listener: Server) {}

  /** With `longestSilenceMs` it cuts connections on which nothing comes from the server for so long. */
  static async to(target: string, longestSilenceMs = 0): Promise<Line> {
    const { hostname, port } = new URL(target);
    const listener = createServer();
    const line = new Line(listener);
    listener.on("connection", (near) => {
      if (line.isCut) return near.destroy();
      const far = connect(Number(port), hostname);
      line.keep(near, far);
      near.pipe(far);
      far.pipe(near);
      far.setTimeout(longestSilenceMs, () => {
        const read = far.bytesRead;
        // A busy machine may wake this process late: what has come by then is read first.
        setTimeout(() => {
          if (far.destroyed || far.bytesRead > read) return;
          line.silenced += 1;
          far.destroy();
        });
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    return line;
  }

  get url(): string {
    const address = this.listener.address();
    if (address === null || typeof address === "string") throw new Error("not listening");
    return `http://127.0.0.1:${address.port}`;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Nothing gets through any more, and nobody is told: a machine asleep, another network. */
  freeze(): void {
    for (const socket of this.sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  mend(): void {
    this.isCut = false;
  }

  close(): void {
    this.cut();
    this.listener.close();
  }

  private keep(...pair: Socket[]): void {
    for (const socket of pair) {
      this.sockets.add(socket);
      const end = () => {
        this.sockets.delete(socket);
        for (const other of pair) other.destroy();
      };
      socket.on("close", end);
      socket.on("error", end);
    }
  }
}

/** A proxy that hands an answer on when it has all of it. */
export class HoldingProxy {
  private constructor(private readonly listener: HttpServer) {}

  static async before(target: string): Promise<HoldingProxy> {
    const listener = createHttpServer((asked, answer) => {
      const onward = request(new URL(asked.url ?? "/", target), { method: asked.method, headers: asked.headers }, (came) => {
        const pieces: Uint8Array[] = [];
        came.on("data", (piece: Uint8Array) => pieces.push(piece));
        came.on("end", () => answer.writeHead(came.statusCode ?? 502, came.headers).end(joined(pieces)));
      });
      onward.on("error", () => answer.destroy());
      answer.on("close", () => onward.destroy());
      asked.pipe(onward);
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    return new HoldingProxy(listener);
  }

  get url(): string {
    const address = this.listener.address();
    if (address === null || typeof address === "string") throw new Error("not listening");
    return `http://127.0.0.1:${address.port}`;
  }

  close(): void {
    this.listener.closeAllConnections();
    this.listener.close();
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
