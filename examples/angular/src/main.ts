import { Component, signal } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import type { CaptureOptions } from "kyc-capture";
import { KycCaptureDirective } from "kyc-capture/angular";

async function post(path: string) {
  const reply = await fetch(path, { method: "POST" });
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}`);
  return reply.json();
}

@Component({
  selector: "app-root",
  imports: [KycCaptureDirective],
  template: `
    @if (options(); as options) {
      <div [kycCapture]="options" (complete)="onComplete()"></div>
    } @else {
      <button (click)="start()">Verify my identity</button>
    }
    <p role="status">{{ result() }}</p>
  `,
})
class App {
  readonly options = signal<CaptureOptions | null>(null);
  readonly result = signal("");

  async start() {
    const accessToken = async () => (await post("/kyc/token")).accessToken;
    // `ng build` finds no assets by itself: the script `build` copies them.
    this.options.set({ ...(await post("/kyc/session")), accessToken, assets: { assetBase: "/kyc-assets/" } });
  }

  async onComplete() {
    const { verified } = await post("/kyc/result");
    this.result.set(verified ? "Verified" : "Not verified");
  }
}

void bootstrapApplication(App);
