import { defineConfig } from "vite";
import { svelte } from "@sveltejs/vite-plugin-svelte";

// In development, the backend of examples/node answers below /kyc.
export default defineConfig({ plugins: [svelte()], server: { proxy: { "/kyc/": "http://127.0.0.1:3000" } } });
