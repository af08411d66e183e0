// Code generated from OpenAPI by TestTypes_AreThoseOfTheDescription. DO NOT EDIT.

export interface CaseChange {
  number: string;
  /** The unit has it no more; then nothing else is told. */
  gone: boolean;
  matter?: string;
  stage?: string;
  /** Such as 2027-03-01. */
  due_on?: string;
}

export interface CasePage {
  feed: "cases";
  unit: string;
  anew: boolean;
  changes: CaseChange[];
  /** For since. A webhook has none. */
  next?: string;
  /** There is more already. */
  more: boolean;
}

export interface RouteChange {
  /** A pseudonym of the day. */
  id: string;
  /** The worker's code in the round. */
  code: string;
  /** Such as 2027-03-01. */
  date: string;
  leave: string;
  back: string;
  stops: number;
  travel_s: number;
  service_s: number;
  wait_s: number;
  distance_m: number;
}

export interface RoutePage {
  feed: "routes";
  /** The routes that were told before are to be forgotten. */
  anew: boolean;
  changes: RouteChange[];
  /** For since. A webhook has none. */
  next?: string;
  more: boolean;
}

export interface Link {
  href: string;
  rel: string;
  title?: string;
  type?: string;
}

export interface Feature {
  geometry: { type: string; coordinates?: unknown; geometries?: unknown[] };
  id: string;
  links?: Link[];
  properties: Record<string, string | number | boolean | null>;
  type: "Feature";
}

export interface FeatureCollection {
  features: Feature[];
  links: Link[];
  numberMatched?: number;
  numberReturned: number;
  /** RFC 3339. */
  timeStamp: string;
  type: "FeatureCollection";
}

export interface Problem {
  /** urn:rounds:problem:CODE; CODE is of a closed list, for translations. */
  type: string;
  /** The status in words. */
  title: string;
  status: number;
  /** One sentence: what is wrong and what to do. */
  detail: string;
  /** The field of the request that is wrong. */
  field?: string;
  /** The next day on which the worker has a route (GET /api/v1/day only). Such as 2027-03-01. */
  next_date?: string;
  /** Seconds to wait before the next attempt (429 and 503). */
  retry_after_s?: number;
  /** The code of a worker without a grant (POST /api/v1/plans/{id}/publish only). */
  whose?: string;
  /** The name of the grid with doors to which the plan leads that worker. */
  where?: string;
}
