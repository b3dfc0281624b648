/** The library has no types of its own. These declare what we use. */
declare module "ws" {
  export default class WebSocket {
    constructor(address: string, options: { maxPayload: number });
    on(event: "open" | "close", listener: () => void): void;
    on(event: "error", listener: (error: Error) => void): void;
    on(event: "message", listener: (data: Buffer) => void): void;
    send(text: string): void;
    terminate(): void;
  }
}
