import { defineConfig } from "vite";
import react from "@vitejs/plugin-react";

// In development, the backend of examples/node answers below /kyc.
export default defineConfig({ plugins: [react()], server: { proxy: { "/kyc/": "http://127.0.0.1:3000" } } });
