package web

import (
	"net/http"
	"slices"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/photo"
	"github.com/rounds-project/rounds/web/upload"
)

// route is one line of the table of routes.
type route struct {
	pattern string
	// roles may use it; nil is everybody who is signed in.
	roles []string
	// public ones need no session.
	public bool
	// raw answers are not compressed here.
	raw bool
	// body is how many bytes a request may send; 0 is [usualBody].
	body int64
	do   func(s *Server, w http.ResponseWriter, r *http.Request, who access.Session) error
}

func (r route) allows(role string) bool { return r.roles == nil || slices.Contains(r.roles, role) }

// usualBody bounds what a request may send.
const usualBody = 1 << 20

func (r route) mostBody() int64 {
	if r.body > 0 {
		return r.body
	}
	return usualBody
}

var (
	workers     = []string{register.Worker}
	supervisors = []string{register.Supervisor}
	// walkersAndLeaders see the work; who keeps accounts or audits does not.
	walkersAndLeaders = []string{register.Worker, register.Supervisor, register.Analyst}
	// overseers of rounds see what is done for which purpose, and so does the officer.
	overseers      = []string{register.Worker, register.Supervisor, register.Analyst, register.DPO}
	matterReaders  = []string{register.Worker, register.Supervisor, register.CaseHandler, register.Analyst}
	photoReaders   = []string{register.Worker, register.Supervisor, register.CaseHandler}
	leaders        = []string{register.Supervisor, register.Analyst}
	walkers        = []string{register.Worker, register.Supervisor}
	administrators = []string{register.Administrator}
	planKeepers    = []string{register.Supervisor, register.Administrator}
	// emergencyReaders open areas, or are told at once that somebody does.
	emergencyReaders = []string{register.Supervisor, register.DPO}
	handlers         = []string{register.CaseHandler}
	// reporters take matters down, at a door or on the telephone; keepers deal with them.
	reporters = []string{register.Worker, register.Supervisor, register.CaseHandler}
	keepers   = []string{register.Supervisor, register.CaseHandler}
	providers = []string{register.Worker, register.CaseHandler}
	officers  = []string{register.DPO}
	// statisticsReaders are all but who keeps accounts.
	statisticsReaders = []string{register.Worker, register.Supervisor, register.CaseHandler, register.Analyst, register.DPO}
	// digestReaders are those for whom matters and visits wait.
	digestReaders = []string{register.Worker, register.Supervisor, register.CaseHandler}
	backupReaders = []string{register.DPO, register.Administrator}
	// hookReaders have webhooks told, or approve who may be.
	hookReaders = []string{register.Supervisor, register.DPO}
	// tokenReaders make tokens for a GIS, or approve who may have one.
	tokenReaders        = []string{register.Supervisor, register.Analyst, register.DPO}
	satisfactionReaders = []string{register.Supervisor, register.CaseHandler, register.Analyst}
	grantKeepers        = []string{register.Supervisor, register.DPO, register.Administrator}
)

// routes is every route but those of tiles and pages.
var routes = []route{
	{pattern: "POST /api/v1/session", public: true, do: (*Server).signIn},
	{pattern: "POST /api/v1/session/passkey/begin", public: true, do: (*Server).beginPasskeySignIn},
	{pattern: "POST /api/v1/session/passkey", public: true, do: (*Server).passkeySignIn},
	{pattern: "POST /api/v1/session/provider/begin", public: true, do: (*Server).beginProviderSignIn},
	{pattern: "POST /api/v1/session/provider", public: true, do: (*Server).finishProvider},
	{pattern: "POST /api/v1/session/pin", public: true, do: (*Server).pinSignIn},
	{pattern: "GET /api/v1/session/ways", public: true, do: (*Server).listWays},
	{pattern: "GET /api/v1/session", do: (*Server).whoAmI},
	{pattern: "DELETE /api/v1/session", do: (*Server).signOut},
	{pattern: "PUT /api/v1/session/role", do: (*Server).changeRole},
	{pattern: "PUT /api/v1/session/language", do: (*Server).changeLanguage},
	{pattern: "POST /api/v1/join/open", public: true, do: (*Server).openLink},
	{pattern: "POST /api/v1/join", public: true, do: (*Server).join},
	{pattern: "GET /api/v1/account", do: (*Server).getAccount},
	{pattern: "PUT /api/v1/account/password", do: (*Server).changePassword},
	{pattern: "POST /api/v1/join/passkey/begin", public: true, do: (*Server).beginJoinWithPasskey},
	{pattern: "POST /api/v1/join/passkey", public: true, do: (*Server).joinWithPasskey},
	{pattern: "GET /api/v1/account/passkeys", do: (*Server).listPasskeys},
	{pattern: "POST /api/v1/account/passkeys/begin", do: (*Server).beginPasskey},
	{pattern: "POST /api/v1/account/passkeys", do: (*Server).addPasskey},
	{pattern: "DELETE /api/v1/account/passkeys/{id}", do: (*Server).removePasskey},
	{pattern: "POST /api/v1/join/provider/begin", public: true, do: (*Server).beginProviderJoin},
	{pattern: "POST /api/v1/account/provider/begin", do: (*Server).beginProviderLink},
	{pattern: "DELETE /api/v1/account/provider", do: (*Server).removeIdentity},
	{pattern: "GET /api/v1/account/pins", do: (*Server).listPINs},
	{pattern: "PUT /api/v1/account/pin", roles: workers, do: (*Server).setPIN},
	{pattern: "DELETE /api/v1/account/pins/{id}", do: (*Server).removePIN},
	{pattern: "GET /api/v1/account/notices", do: (*Server).listNoticeTargets},
	{pattern: "PUT /api/v1/account/notices/email", do: (*Server).setNoticeEmail},
	{pattern: "POST /api/v1/account/notices/email/confirm", do: (*Server).confirmNoticeEmail},
	{pattern: "PUT /api/v1/account/notices/push", do: (*Server).addPush},
	{pattern: "DELETE /api/v1/account/notices/{id}", do: (*Server).removeNoticeTarget},
	{pattern: "GET /api/v1/account/sessions", do: (*Server).listOwnSessions},
	{pattern: "DELETE /api/v1/account/sessions", do: (*Server).endOtherSessions},
	{pattern: "DELETE /api/v1/account/sessions/{id}", do: (*Server).endOwnSession},
	{pattern: "GET /api/v1/accounts", roles: administrators, do: (*Server).listAccounts},
	{pattern: "POST /api/v1/accounts", roles: administrators, do: (*Server).addAccount},
	{pattern: "POST /api/v1/accounts/{id}/invite", roles: administrators, do: (*Server).inviteAccount},
	{pattern: "POST /api/v1/accounts/{id}/recover", roles: administrators, do: (*Server).recoverAccount},
	{pattern: "POST /api/v1/accounts/{id}/end-sessions", roles: administrators, do: (*Server).endSessions},
	{pattern: "POST /api/v1/accounts/{id}/disable", roles: administrators, do: (*Server).disableAccount},
	{pattern: "POST /api/v1/accounts/{id}/enable", roles: administrators, do: (*Server).enableAccount},
	{pattern: "POST /api/v1/accounts/{id}/wake", roles: administrators, do: (*Server).wakeAccount},
	{pattern: "GET /api/v1/grants", roles: grantKeepers, do: (*Server).listGrants},
	{pattern: "PUT /api/v1/grants/{id}", roles: planKeepers, do: (*Server).proposeGrant},
	{pattern: "POST /api/v1/grants/{id}/confirm", roles: grantKeepers, do: (*Server).confirmGrant},
	{pattern: "POST /api/v1/grants/{id}/end", roles: grantKeepers, do: (*Server).endGrant},
	{pattern: "GET /api/v1/about", public: true, do: (*Server).showAbout},
	{pattern: "GET /api/v1/lists", public: true, do: (*Server).listLists},
	{pattern: "GET /api/v1/areas", do: (*Server).listAreas},
	{pattern: "GET /api/v1/workers", roles: planKeepers, do: (*Server).listWorkers},
	{pattern: "PUT /api/v1/workers/{id}/days-off", roles: supervisors, do: (*Server).setDayOff},
	{pattern: "GET /api/v1/closures", roles: supervisors, do: (*Server).listClosures},
	{pattern: "PUT /api/v1/closures/{id}", roles: supervisors, do: (*Server).closeStreet},
	{pattern: "DELETE /api/v1/closures/{id}", roles: supervisors, do: (*Server).openStreet},
	{pattern: "GET /api/v1/areas/{id}/holidays", roles: supervisors, do: (*Server).listHolidays},
	{pattern: "PUT /api/v1/areas/{id}/holidays", roles: supervisors, do: (*Server).setHoliday},
	{pattern: "GET /api/v1/uploads", roles: supervisors, do: (*Server).listUploads},
	{pattern: "PUT /api/v1/uploads/{id}", roles: supervisors, do: (*Server).beginUpload},
	{pattern: "GET /api/v1/uploads/{id}", roles: supervisors, do: (*Server).getUpload},
	{pattern: "DELETE /api/v1/uploads/{id}", roles: supervisors, do: (*Server).removeUpload},
	{pattern: "PUT /api/v1/uploads/{id}/parts/{number}", roles: supervisors, body: upload.PartBytes, do: (*Server).putPart},
	{pattern: "GET /api/v1/uploads/{id}/columns", roles: supervisors, do: (*Server).lookAtUpload},
	{pattern: "POST /api/v1/uploads/{id}/preview", roles: supervisors, do: (*Server).previewUpload},
	{pattern: "POST /api/v1/uploads/{id}/check", roles: supervisors, do: (*Server).checkUpload},
	{pattern: "POST /api/v1/uploads/{id}/import", roles: supervisors, do: (*Server).importUpload},
	{pattern: "POST /api/v1/uploads/{id}/cancel", roles: supervisors, do: (*Server).cancelUpload},
	{pattern: "POST /api/v1/uploads/{id}/undo", roles: supervisors, do: (*Server).undoUpload},
	{pattern: "GET /api/v1/uploads/{id}/rows", roles: supervisors, do: (*Server).listUploadRows},
	{pattern: "GET /api/v1/uploads/{id}/corrected", roles: supervisors, do: (*Server).sendCorrected},
	{pattern: "GET /api/v1/releases", roles: statisticsReaders, do: (*Server).listReleases},
	{pattern: "GET /api/v1/releases/{id}", roles: statisticsReaders, do: (*Server).getRelease},
	{pattern: "GET /api/v1/releases/{id}/document", roles: statisticsReaders, do: (*Server).getReleaseDocument},
	{pattern: "GET /api/v1/partitions/{id}/document", roles: statisticsReaders, do: (*Server).getPartitionDocument},
	{pattern: "GET /api/v1/key-areas", roles: matterReaders, do: (*Server).listKeyAreas},
	{pattern: "GET /api/v1/rounds", roles: overseers, do: (*Server).listRounds},
	{pattern: "POST /api/v1/rounds", roles: supervisors, do: (*Server).createRound},
	{pattern: "GET /api/v1/rounds/{id}", roles: overseers, do: (*Server).getRound},
	{pattern: "GET /api/v1/rounds/{id}/progress", roles: leaders, do: (*Server).listProgress},
	{pattern: "GET /api/v1/rounds/{id}/days", roles: supervisors, do: (*Server).listTeamDays},
	{pattern: "GET /api/v1/rounds/{id}/account", roles: supervisors, do: (*Server).getRoundAccount},
	{pattern: "POST /api/v1/rounds/{id}/close", roles: supervisors, do: (*Server).closeRound},
	{pattern: "GET /api/v1/rounds/{id}/plans", roles: supervisors, do: (*Server).listPlans},
	{pattern: "POST /api/v1/rounds/{id}/plans", roles: supervisors, do: (*Server).proposePlan},
	{pattern: "GET /api/v1/plans/{id}", roles: supervisors, do: (*Server).getPlan},
	{pattern: "POST /api/v1/plans/{id}/publish", roles: supervisors, do: (*Server).publishPlan},
	{pattern: "POST /api/v1/plans/{id}/discard", roles: supervisors, do: (*Server).discardPlan},
	{pattern: "GET /api/v1/plans/{id}/changes", roles: supervisors, do: (*Server).getChanges},
	{pattern: "POST /api/v1/plans/{id}/cell", roles: supervisors, do: (*Server).findCell},
	{pattern: "GET /api/v1/plans/{id}/routes", roles: walkers, do: (*Server).listRoutes},
	{pattern: "GET /api/v1/households/{id}/booking", roles: supervisors, do: (*Server).getBooking},
	{pattern: "PUT /api/v1/households/{id}/booking", roles: supervisors, do: (*Server).setBooking},
	{pattern: "POST /api/v1/households/{id}/move-cell", roles: supervisors, do: (*Server).moveCell},
	{pattern: "GET /api/v1/routes/{id}", roles: walkers, do: (*Server).getRoute},
	{pattern: "POST /api/v1/routes/{id}/print", roles: supervisors, do: (*Server).printRoute},
	{pattern: "POST /api/v1/routes/{id}/visits", roles: supervisors, do: (*Server).typeSheet},
	{pattern: "GET /api/v1/sheets/{code}", roles: supervisors, do: (*Server).getSheet},
	{pattern: "POST /api/v1/route", roles: walkers, do: (*Server).findRoute},
	{pattern: "GET /api/v1/day", roles: workers, do: (*Server).getDay},
	{pattern: "POST /api/v1/sync", roles: workers, body: syncBytes, do: (*Server).syncPhone},
	{pattern: "POST /api/v1/sync/file", roles: supervisors, body: syncBytes, do: (*Server).takeFile},
	{pattern: "GET /api/v1/sync/key", roles: workers, do: (*Server).showSealKey},
	{pattern: "PUT /api/v1/visits/{id}", roles: workers, do: (*Server).recordVisit},
	{pattern: "POST /api/v1/visits/{id}/retract", roles: workers, do: (*Server).retractVisit},
	{pattern: "PUT /api/v1/households/{id}", roles: walkers, do: (*Server).addHousehold},
	{pattern: "GET /api/v1/dwelling-claims", roles: supervisors, do: (*Server).listDwellingClaims},
	{pattern: "POST /api/v1/households/{id}/dwellings", roles: supervisors, do: (*Server).chooseDwellings},
	{pattern: "POST /api/v1/households/{id}/refuse", roles: walkers, do: (*Server).refuseHousehold},
	{pattern: "POST /api/v1/households/{id}/withdraw-consents", roles: supervisors, do: (*Server).withdrawConsentsOf},
	{pattern: "PUT /api/v1/consents/{id}", roles: workers, do: (*Server).recordConsent},
	{pattern: "POST /api/v1/consents/{id}/withdraw", roles: workers, do: (*Server).withdrawConsent},
	{pattern: "POST /api/v1/consents/{id}/done", roles: providers, do: (*Server).finishSupport},
	{pattern: "GET /api/v1/support-wanted", roles: handlers, do: (*Server).listSupport},
	{pattern: "POST /api/v1/withdrawals", public: true, do: (*Server).withdrawByReceipt},
	{pattern: "GET /api/v1/notices/consent", public: true, do: (*Server).showConsentNotice},
	{pattern: "GET /api/v1/duties", roles: workers, do: (*Server).listDuties},
	{pattern: "POST /api/v1/households/{id}/door-notes", roles: workers, do: (*Server).noteDoor},
	{pattern: "POST /api/v1/households/{id}/pair", roles: supervisors, do: (*Server).decidePair},
	{pattern: "GET /api/v1/pairs", roles: supervisors, do: (*Server).listPairProposals},
	{pattern: "GET /api/v1/lone-timer", roles: workers, do: (*Server).getLoneTimer},
	{pattern: "PUT /api/v1/lone-timer", roles: workers, do: (*Server).startLoneTimer},
	{pattern: "DELETE /api/v1/lone-timer", roles: workers, do: (*Server).stopLoneTimer},
	{pattern: "GET /api/v1/lone-timers", roles: supervisors, do: (*Server).listLapsedTimers},
	{pattern: "GET /api/v1/messages", roles: supervisors, do: (*Server).listMessages},
	{pattern: "PUT /api/v1/messages/{id}", roles: supervisors, do: (*Server).sendMessage},
	{pattern: "GET /api/v1/emergencies", roles: emergencyReaders, do: (*Server).listEmergencies},
	{pattern: "PUT /api/v1/emergencies/{id}", roles: supervisors, do: (*Server).proposeEmergency},
	{pattern: "POST /api/v1/emergencies/{id}/decide", roles: emergencyReaders, do: (*Server).decideEmergency},
	{pattern: "GET /api/v1/emergencies/{id}/support", roles: supervisors, do: (*Server).listOpened},
	{pattern: "POST /api/v1/emergencies/{id}/print", roles: supervisors, do: (*Server).printOpened},
	{pattern: "GET /api/v1/emergencies/{id}/to-tell", roles: supervisors, do: (*Server).listToTell},
	{pattern: "POST /api/v1/emergencies/{id}/told", roles: supervisors, do: (*Server).tellOpened},
	{pattern: "PUT /api/v1/incidents/{id}", roles: reporters, do: (*Server).reportIncident},
	{pattern: "GET /api/v1/incidents/{id}/text", roles: keepers, do: (*Server).getIncidentText},
	{pattern: "POST /api/v1/incidents/{id}/merge", roles: keepers, do: (*Server).mergeIncident},
	{pattern: "GET /api/v1/duplicates", roles: reporters, do: (*Server).listDuplicates},
	{pattern: "PUT /api/v1/matters/{code}", roles: administrators, do: (*Server).chooseMatter},
	{pattern: "GET /api/v1/guide", public: true, do: (*Server).listAnswers},
	{pattern: "GET /api/v1/reports/areas", public: true, do: (*Server).listPublicAreas},
	{pattern: "GET /api/v1/reports/areas/{id}/streets", public: true, do: (*Server).listPublicStreets},
	{pattern: "POST /api/v1/reports", public: true, body: 8 << 10, do: (*Server).reportPublicly},
	{pattern: "POST /api/v1/reports/mediation", public: true, body: 8 << 10, do: (*Server).askPublicly},
	{pattern: "POST /api/v1/reports/follow", public: true, body: 1 << 10, do: (*Server).followReport},
	{pattern: "POST /api/v1/reports/confirm", public: true, body: 1 << 10, do: (*Server).confirmReport},
	{pattern: "POST /api/v1/reports/withdraw", public: true, body: 1 << 10, do: (*Server).withdrawReport},
	{pattern: "POST /api/v1/reports/answer", public: true, body: 1 << 10, do: (*Server).answerReport},
	{pattern: "GET /api/v1/satisfaction", roles: satisfactionReaders, do: (*Server).listSatisfaction},
	{pattern: "GET /api/v1/disputes", roles: handlers, do: (*Server).listDisputes},
	{pattern: "PUT /api/v1/disputes/{id}", roles: reporters, do: (*Server).askMediation},
	{pattern: "GET /api/v1/disputes/{id}/contact", roles: handlers, do: (*Server).getDisputeContact},
	{pattern: "GET /api/v1/disputes/{id}/mediators", roles: keepers, do: (*Server).listMediators},
	{pattern: "POST /api/v1/disputes/{id}/mediators", roles: keepers, do: (*Server).nameMediator},
	{pattern: "GET /api/v1/disputes/{id}/mediation", roles: handlers, do: (*Server).getMediation},
	{pattern: "POST /api/v1/disputes/{id}/parties", roles: handlers, do: (*Server).saveParty},
	{pattern: "POST /api/v1/disputes/{id}/remove-party", roles: handlers, do: (*Server).removeParty},
	{pattern: "POST /api/v1/disputes/{id}/sessions", roles: handlers, do: (*Server).keepMeeting},
	{pattern: "POST /api/v1/disputes/{id}/agreement", roles: handlers, do: (*Server).keepAgreement},
	{pattern: "GET /api/v1/disputes/{id}/agreement", roles: handlers, raw: true, do: (*Server).printAgreement},
	{pattern: "POST /api/v1/disputes/{id}/signatures", roles: handlers, do: (*Server).signAgreement},
	{pattern: "POST /api/v1/disputes/{id}/confirm", roles: handlers, do: (*Server).confirmDispute},
	{pattern: "PUT /api/v1/incidents/{id}/photo", roles: walkers, body: photo.MostBytes + 1, do: (*Server).addPhoto},
	{pattern: "GET /api/v1/incidents/{id}/photo", roles: photoReaders, raw: true, do: (*Server).getPhoto},
	{pattern: "GET /api/v1/incidents", roles: matterReaders, do: (*Server).listIncidents},
	{pattern: "GET /api/v1/cases", roles: keepers, do: (*Server).listCases},
	{pattern: "GET /api/v1/cases/{id}", roles: keepers, do: (*Server).getCase},
	{pattern: "POST /api/v1/cases/{id}/commands", roles: keepers, do: (*Server).commandCase},
	{pattern: "GET /api/v1/cases/{id}/visits", roles: handlers, do: (*Server).listCaseVisits},
	{pattern: "POST /api/v1/cases/{id}/visits", roles: handlers, do: (*Server).askCaseVisit},
	{pattern: "GET /api/v1/areas/{id}/case-rules", roles: keepers, do: (*Server).listCaseRules},
	{pattern: "PUT /api/v1/areas/{id}/case-rules", roles: supervisors, do: (*Server).setCaseRule},
	{pattern: "GET /api/v1/units", roles: keepers, do: (*Server).listUnits},
	{pattern: "GET /api/v1/units/board", roles: keepers, do: (*Server).showBoard},
	{pattern: "GET /api/v1/units/{id}/medians", roles: keepers, do: (*Server).listMedians},
	{pattern: "GET /api/v1/units/{id}", roles: keepers, do: (*Server).getUnit},
	{pattern: "PUT /api/v1/units/{id}", roles: supervisors, do: (*Server).saveUnit},
	{pattern: "PUT /api/v1/units/{id}/members", roles: supervisors, do: (*Server).saveMember},
	{pattern: "PUT /api/v1/units/{id}/duty", roles: keepers, do: (*Server).setDuty},
	{pattern: "PUT /api/v1/leave", roles: keepers, do: (*Server).setLeave},
	{pattern: "GET /api/v1/account/reads", do: (*Server).listOwnReads},
	{pattern: "GET /api/v1/reads", roles: officers, do: (*Server).listReads},
	{pattern: "GET /api/v1/retention", roles: officers, do: (*Server).listRetention},
	{pattern: "GET /api/v1/requests", roles: officers, do: (*Server).listRequests},
	{pattern: "POST /api/v1/requests", roles: officers, do: (*Server).answerRequest},
	{pattern: "POST /api/v1/requests/find", roles: officers, do: (*Server).findPlaces},
	{pattern: "POST /api/v1/requests/preview", roles: officers, do: (*Server).previewPlace},
	{pattern: "POST /api/v1/requests/code", roles: officers, do: (*Server).findByCode},
	{pattern: "POST /api/v1/requests/code/answer", roles: officers, do: (*Server).answerByCode},
	{pattern: "GET /api/v1/disclosures", roles: officers, do: (*Server).listDisclosures},
	{pattern: "PUT /api/v1/disclosures/{id}", roles: officers, do: (*Server).recordDisclosure},
	{pattern: "GET /api/v1/tokens", roles: tokenReaders, do: (*Server).listTokens},
	{pattern: "PUT /api/v1/tokens/{id}", roles: leaders, do: (*Server).makeToken},
	{pattern: "DELETE /api/v1/tokens/{id}", roles: tokenReaders, do: (*Server).endToken},
	{pattern: "GET /api/v1/hooks", roles: hookReaders, do: (*Server).listHooks},
	{pattern: "PUT /api/v1/hooks/{id}", roles: supervisors, do: (*Server).makeHook},
	{pattern: "DELETE /api/v1/hooks/{id}", roles: hookReaders, do: (*Server).endHook},
	{pattern: "POST /api/v1/hooks/{id}/resume", roles: supervisors, do: (*Server).resumeHook},
	{pattern: "GET /api/v1/receivers", roles: tokenReaders, do: (*Server).listReceivers},
	{pattern: "PUT /api/v1/receivers/{id}", roles: officers, do: (*Server).approveReceiver},
	{pattern: "DELETE /api/v1/receivers/{id}", roles: officers, do: (*Server).endReceiver},
	{pattern: "GET /api/v1/backups", roles: backupReaders, do: (*Server).listBackups},
	{pattern: "POST /api/v1/exports", roles: leaders, do: (*Server).makeExport},
	{pattern: "GET " + exportFilePath, roles: leaders, raw: true, do: (*Server).sendExport},
	{pattern: "GET /api/v1/digest", roles: digestReaders, do: (*Server).getDigest},
	{pattern: "GET /api/v1/events", roles: walkersAndLeaders, raw: true, do: (*Server).followEvents},
	{pattern: "GET /api/openapi.json", public: true, do: (*Server).describe},
	{pattern: "GET /healthz", public: true, raw: true, do: (*Server).healthz},
	{pattern: "GET /readyz", public: true, raw: true, do: (*Server).readyz},
	{pattern: "GET /metrics", public: true, do: (*Server).serveMetrics},
}
