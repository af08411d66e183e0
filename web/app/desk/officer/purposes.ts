// Purposes of reads: those of rounds, then those of who leads, keeps accounts and audits.
export const purposes = [
  "fire_safety",
  "welfare_after_event",
  "service_information",
  "census_follow_up",
  "requested_follow_up",
  "provide_services",
  "planning",
  "incidents",
  "safety",
  "administration",
  "oversight",
  "resident_request",
] as const;
