// `kyc-capture/backend`: clients of the documented APIs for Node, Deno and workers. Never for a page: they hold
// secrets.

import "./guard.js";

export type { CallOptions, ClientOptions, Download, UploadOptions } from "./client.js";
export { BackendError } from "./errors.js";
export type { AliasConflict } from "./errors.js";
export { IdngoClient } from "./idngo.js";
export type { IdngoClientOptions, WebSdkLinkOptions } from "./idngo.js";
export { KycClient } from "./kyc.js";
export type { KycClientOptions } from "./kyc.js";
export type { WasmSource } from "./load.js";
export { GbdflClient, MrzClient, PersonsClient } from "./organization.js";
export type { NewPerson, NewPhoto, OrganizationClientOptions } from "./organization.js";
export type * as idngo from "../generated/idngo.js";
export type * as idv from "../generated/idv.js";
export type * as kyc from "../generated/kyc.js";
export type * as settings from "../generated/settings.js";
export type * as organization from "../generated/organization.js";
