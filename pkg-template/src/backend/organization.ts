// The clients of an organization's key: Persons, GBDFL, MRZ.

import { BackendClient } from "./client.js";
import type { CallOptions, ClientOptions, UploadOptions } from "./client.js";
import { checkFile, secretKey } from "./options.js";
import type { GbdflReply, MrzRetrieveReply, NewAlias, Person, PhotoType } from "../generated/organization.js";

/** Options of the clients of an organization's key. */
export interface OrganizationClientOptions extends ClientOptions {
  /** The organization's Backend Api Key. */
  apiKey: string;
}

/** A person to be made. */
export interface NewPerson {
  /** A JPEG or PNG. */
  image: Uint8Array;
  photo_type: PhotoType;
  is_verified: boolean;
  aliases?: NewAlias[];
}

/** A photo to be added. */
export interface NewPhoto {
  /** A JPEG or PNG. */
  image: Uint8Array;
  photo_type: PhotoType;
  /**
   * Whether it is to be the default; it becomes so only where its type is of higher priority than that of the present
   * one.
   */
  is_default: boolean;
}

/** Persons of an organization. */
export class PersonsClient extends BackendClient {
  constructor(options: OrganizationClientOptions) {
    super("persons", options, { apiKey: secretKey });
  }

  /** *Create a person*. */
  create(person: NewPerson, options?: UploadOptions): Promise<Person> {
    return this.upload("persons_create", person, {}, options);
  }

  /** *Update a person*. */
  update(personId: string, update: { is_verified: boolean }, options?: CallOptions): Promise<Person> {
    return this.json("persons_update", { person_id: personId, ...update }, options);
  }

  /** *Add a photo*. */
  addPhoto(personId: string, photo: NewPhoto, options?: UploadOptions): Promise<Person> {
    return this.upload("persons_photo_add", photo, { person_id: personId }, options);
  }

  /** *Add an alias*. The error of a value that is taken says by whom (`conflicts`). */
  addAlias(personId: string, alias: NewAlias, options?: CallOptions): Promise<Person> {
    return this.json("persons_alias_add", { person_id: personId, ...alias }, options);
  }
}

/** The State Database of Individuals. */
export class GbdflClient extends BackendClient {
  constructor(options: OrganizationClientOptions) {
    super("gbdfl", options, { apiKey: secretKey });
  }

  /** Looks up the subject of an IIN. A failure of the registry is in `failure_reason`, not an error. */
  retrieve(subject: { iin: string; face2face_backend_session_id: string }, options?: CallOptions): Promise<GbdflReply> {
    return this.json("gbdfl_retrieve", subject, options);
  }
}

/** Reads MRZs from images. */
export class MrzClient extends BackendClient {
  constructor(options: OrganizationClientOptions) {
    super("mrz", options, { apiKey: secretKey });
  }

  /** Reads the MRZ of an image. */
  async retrieve(image: Uint8Array, options?: UploadOptions): Promise<MrzRetrieveReply> {
    checkFile("image", image);
    return this.json("mrz_retrieve", {}, options, image);
  }
}
