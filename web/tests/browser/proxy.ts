/** A way to the server that can be cut and mended, as networks are. */
import { type Server, type Socket, connect, createServer } from "node:net";

export class Line {
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(private readonly listener: Server) {}

  static async to(target: string): Promise<Line> {
    const { hostname, port } = new URL(target);
    const listener = createServer();
    const line = new Line(listener);
    listener.on("connection", (near) => {
      if (line.isCut) return near.destroy();
      const far = connect(Number(port), hostname);
      line.keep(near, far);
      near.pipe(far);
      far.pipe(near);
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
