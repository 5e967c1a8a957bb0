import { defineConfig } from "vite";
import vue from "@vitejs/plugin-vue";

// In development, the backend of examples/node answers below /kyc.
export default defineConfig({ plugins: [vue()], server: { proxy: { "/kyc/": "http://127.0.0.1:3000" } } });
