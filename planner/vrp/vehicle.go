package vrp

// Vehicle is a kind of vehicle, or a worker's days: Count routes with the same
// terms.
type Vehicle struct {
	Count int
	Start int32
	// End is a location, or [Open].
	End int32
	// Capacity bounds the sum of demands; 0 means no bound.
	Capacity int64
	// Shift is the earliest departure and the latest return; the zero value means
	// any time.
	Shift Window
	// MaxDuration bounds return minus departure; 0 means no bound but the shift.
	MaxDuration int64
	// FixedCost is paid by each route with a stop.
	FixedCost int64
	Skills    uint64
	// Break is to be had by each route; the zero value means none.
	Break Break
	// Frozen are the stops with which the only route (Count is 1) begins, in this
	// order, whatever else is on it.
	Frozen []int32
	// Pull is what a stop costs for each unit of Costs that it lies from Centre, in
	// thousandths: the price of routes that are not compact. 0 means none.
	Pull   int64
	Centre int32
}

// Break is a pause of the given Length that must begin within a window: on the way to
// some stop, standing still before or after it, or at home. A route that leaves when
// a break begun at Open would be over, or is back by Close, has it at home.
type Break struct {
	Length int64
	Window
}

// Hours are the shift of the vehicle, with a zero shift spelled out.
func (v *Vehicle) Hours() Window {
	if v.Shift == (Window{}) {
		return Window{0, Forever}
	}
	return v.Shift
}

// Limit is the longest duration of a route, never more than its shift.
func (v *Vehicle) Limit() int64 {
	hours := v.Hours()
	if v.MaxDuration > 0 {
		return min(v.MaxDuration, hours.Close-hours.Open)
	}
	return hours.Close - hours.Open
}
