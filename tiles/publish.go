package tiles

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles/heat/release"
)

// Publisher makes the releases that are due.
type Publisher struct {
	DB   *register.DB
	Keys *register.Keys
	// Today is the installation's date.
	Today func() time.Time
	// Since, when not zero, takes the place of the day of the first import.
	Since time.Time
}

// reachBack is how many days ago a period may have ended whose release was not made in
// time, as when the service was off.
const reachBack = 100

// Publish makes every release that is due and not there yet, and says how many.
func (p *Publisher) Publish(ctx context.Context) (made int, err error) {
	since, ok := p.Since, true
	if since.IsZero() {
		if since, ok, err = p.DB.StatisticsBegan(ctx); err != nil || !ok {
			return 0, err
		}
	}
	today := p.Today()
	if earliest := today.AddDate(0, 0, -reachBack); since.Before(earliest) {
		since = earliest
	}
	for _, measure := range release.Measures {
		for _, period := range measure.Length.Due(since, today) {
			done, err := p.publish(ctx, measure, period)
			if err != nil {
				return made, err
			}
			if done {
				made++
			}
		}
	}
	return made, nil
}

// publish makes one release; false when it is there, or cannot be made any more.
func (p *Publisher) publish(ctx context.Context, measure release.Measure, period release.Period) (bool, error) {
	released, err := p.DB.IsReleased(ctx, measure.Name, period.From)
	if err != nil || released {
		return false, err
	}
	partition, err := p.partition(ctx, period.From.Year(), measure.Dwellings)
	if err != nil {
		return false, err
	}
	counted, err := p.DB.Contributors(ctx, measure.Name, period.From, period.To)
	if err != nil {
		return false, err
	}
	if measure.Name == release.Reached { // asked last: a round may be closed meanwhile
		if gone, err := p.DB.OutcomesGone(ctx, period.From, period.To); err != nil || gone {
			return false, err
		}
	}
	bins, contributors := binsOf(partition), make([]release.Contributor, len(counted))
	for i, c := range counted {
		contributors[i] = release.Contributor{Cell: c.Cell, Household: c.ID}
	}
	made, err := release.Make(p.Keys.Statistics(partition.Year), measure, period, bins, contributors)
	if err != nil {
		return false, err
	}
	var stock []register.Stock
	if measure.Stock {
		if stock, err = p.keep(ctx, &made, bins, release.Assign(bins, contributors)); err != nil {
			return false, err
		}
	}
	filed, err := file(made, partition.ID, p.Keys)
	if err != nil {
		return false, err
	}
	return true, p.DB.AddRelease(ctx, filed, stock)
}

// keep holds a stock where too few households changed since the value that is shown, and
// gives who is counted in each bin's. A new year does not end that: a bin goes on from
// the one before that has most of its cells, whose households it is compared with.
func (p *Publisher) keep(ctx context.Context, made *release.Release, bins []release.Bin, now [][]uuid.UUID) ([]register.Stock, error) {
	stock := make([]register.Stock, len(now))
	for bin, households := range now {
		stock[bin] = register.Stock{Left: households, Households: len(households)}
	}
	before, ok, err := p.DB.LatestRelease(ctx, made.Measure.Name)
	if err != nil || !ok {
		return stock, err
	}
	former, _, err := p.DB.PartitionOf(ctx, before.From.Year(), made.Measure.Dwellings)
	if err != nil {
		return nil, err
	}
	then, err := p.DB.StockOf(ctx, made.Measure.Name, before.Partition)
	if err != nil {
		return nil, err
	}
	shown, values, changed := valuesOf(before), make([]release.Value, len(bins)), make([]int, len(bins))
	for bin, like := range likest(binsOf(former), bins) {
		if changed[bin] = release.FewestChanges; like < 0 {
			continue
		}
		values[bin], changed[bin] = shown[like], changes(then[like], now[bin])
		if changed[bin] < release.FewestChanges {
			stock[bin] = then[like]
		}
	}
	made.Keep(values, changed)
	return stock, nil
}

// likest gives for each bin the former one that has most of its cells, -1 for none.
func likest(former, bins []release.Bin) []int {
	of := map[geo.Cell]int{}
	for i, bin := range former {
		for _, cell := range bin.Cells {
			of[cell] = i
		}
	}
	like := make([]int, len(bins))
	for i, bin := range bins {
		like[i] = -1
		shared := map[int]int{}
		for _, cell := range bin.Cells {
			j, in := of[cell]
			if !in {
				continue
			}
			if shared[j]++; like[i] < 0 || shared[j] > shared[like[i]] {
				like[i] = j
			}
		}
	}
	return like
}

// changes counts the households in one of two sets only.
func changes(then register.Stock, now []uuid.UUID) int {
	stayed := 0
	for _, id := range then.Left {
		if slices.Contains(now, id) {
			stayed++
		}
	}
	return len(now) - stayed + then.Households - stayed
}

// partition reads the one of a year, or makes it at the year's first release.
func (p *Publisher) partition(ctx context.Context, year, least int) (register.Partition, error) {
	partition, ok, err := p.DB.PartitionOf(ctx, year, least)
	if err != nil || ok {
		return partition, err
	}
	dwellings, err := p.DB.LeafDwellings(ctx)
	if err != nil {
		return partition, err
	}
	bins, err := release.Cut(dwellings, least)
	if err != nil {
		return partition, err
	}
	digest, err := release.Digest(bins)
	if err != nil {
		return partition, err
	}
	partition = register.Partition{ID: uuid.New(), Year: year, Least: least, Digest: digest[:], Bins: make([]register.Bin, len(bins))}
	for i, bin := range bins {
		partition.Bins[i] = register.Bin(bin)
	}
	return partition, p.DB.AddPartition(ctx, partition)
}

// file is a release as the register keeps it.
func file(made release.Release, partition uuid.UUID, keys *register.Keys) (register.Release, error) {
	text, err := made.Document()
	if err != nil {
		return register.Release{}, err
	}
	digest := sha256.Sum256(text)
	filed := register.Release{
		ID: keys.ID("release", made.Measure.Name+" "+made.Period.From.Format(time.DateOnly)), Partition: partition, Measure: made.Measure.Name,
		From: made.Period.From, To: made.Period.To, FrozenOn: made.Period.FrozenOn(), Digest: digest[:],
		Values: make([]register.ReleaseValue, len(made.Values)),
	}
	for i, value := range made.Values {
		filed.Values[i].Shown = string(value.Shown)
		if value.Shown == release.Number {
			filed.Values[i].Count = &value.Count
		}
	}
	return filed, nil
}

// publishEvery is how often somebody looks whether a release is due.
const publishEvery = 24 * time.Hour

// PublishArgs are those of the daily job that makes releases: none.
type PublishArgs struct{}

// Kind is what River calls the job.
func (PublishArgs) Kind() string { return "publish_statistics" }

// PublishSchedule is the daily job, due at once when it did not run today.
func PublishSchedule() *river.PeriodicJob {
	once := river.UniqueOpts{ByPeriod: publishEvery}
	return river.NewPeriodicJob(river.PeriodicInterval(publishEvery),
		func() (river.JobArgs, *river.InsertOpts) { return PublishArgs{}, &river.InsertOpts{UniqueOpts: once} },
		&river.PeriodicJobOpts{RunOnStart: true})
}

// PublishWorker works the daily job.
type PublishWorker struct {
	river.WorkerDefaults[PublishArgs]
	Publisher *Publisher
	Log       *slog.Logger
}

// errPublish is what the queue keeps of a failure; why stands in the log.
var errPublish = errors.New("tiles: a release failed, see the log")

// Work makes what is due. Two at once do no harm: a release is there once.
func (w *PublishWorker) Work(ctx context.Context, _ *river.Job[PublishArgs]) error {
	made, err := w.Publisher.Publish(ctx)
	if err != nil {
		w.Log.ErrorContext(ctx, "statistics failed", "error", err)
		return errPublish
	}
	if made > 0 {
		w.Log.InfoContext(ctx, "statistics published", "releases", made)
	}
	return nil
}
