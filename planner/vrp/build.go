package vrp

import "slices"

// instance turns the file into a problem; every value is checked here or by
// [Problem.Validate].
func (f *vrplib) instance() (*Instance, error) {
	kind := f.header["TYPE"]
	if kind == "" {
		kind = "CVRP"
	}
	a, err := f.arithmetic(kind)
	if err != nil {
		return nil, err
	}
	if f.dimension == 0 {
		return nil, f.errorf("DIMENSION is missing")
	}
	if len(f.depots) == 0 {
		f.depots = []int{1}
	}
	in := &Instance{Type: kind, perUnit: a.perUnit, real: a.real}
	in.Problem.Name = f.header["NAME"]
	for _, step := range []func(*Instance, arithmetic) error{f.metrics, f.stops, f.vehicles} {
		if err := step(in, a); err != nil {
			return nil, err
		}
	}
	if err := in.Problem.Validate(); err != nil {
		return nil, f.errorf("%w", err)
	}
	return in, nil
}

func (f *vrplib) metrics(in *Instance, a arithmetic) (err error) {
	p := &in.Problem
	if f.weights != nil {
		p.Costs, err = f.explicit()
		return err
	}
	if kind, ok := f.header["EDGE_WEIGHT_TYPE"]; ok && kind != "EUC_2D" {
		return f.errorf("EDGE_WEIGHT_TYPE %q is neither EUC_2D nor EXPLICIT with an EDGE_WEIGHT_SECTION", clip(kind))
	}
	if len(f.x) != f.dimension {
		return f.errorf("%d nodes have coordinates, DIMENSION says %d", len(f.x), f.dimension)
	}
	if p.Costs, err = Planar(f.x, f.y, a.scale, a.round); err != nil {
		return f.errorf("%w", err)
	}
	if a.real {
		p.Durations, err = Planar(f.x, f.y, a.scale, Up)
	}
	return err
}

// explicit is the table of weights as it stands.
func (f *vrplib) explicit() (Metric, error) {
	n := f.dimension
	cells := f.weights
	switch format := f.header["EDGE_WEIGHT_FORMAT"]; format {
	case "FULL_MATRIX":
		if len(cells) != n*n {
			return Metric{}, f.errorf("%d weights, DIMENSION %d needs %d", len(cells), n, n*n)
		}
	case "LOWER_ROW":
		if len(cells) != n*(n-1)/2 {
			return Metric{}, f.errorf("%d weights, DIMENSION %d needs %d", len(cells), n, n*(n-1)/2)
		}
		cells = make([]int32, n*n)
		k := 0
		for i := range n {
			for j := range i {
				cells[i*n+j], cells[j*n+i] = f.weights[k], f.weights[k]
				k++
			}
		}
	default:
		return Metric{}, f.errorf("EDGE_WEIGHT_FORMAT %q is neither FULL_MATRIX nor LOWER_ROW", clip(format))
	}
	return Dense(n, cells)
}

func (f *vrplib) stops(in *Instance, a arithmetic) error {
	service, err := f.number("SERVICE_TIME", 0)
	if err != nil {
		return err
	}
	depot := make(map[int]bool, len(f.depots))
	for _, d := range f.depots {
		depot[d] = true
	}
	demand, takes, prize := f.columns[demands], f.columns[services], f.columns[prizes]
	for node := 1; node <= f.dimension; node++ {
		if depot[node] {
			continue
		}
		s := Stop{Location: int32(node - 1), Service: a.scaled(service)}
		if d := at(demand, node); d < 0 || d != float64(int64(d)) {
			return f.errorf("%s: node %d: demand %v is no whole number from 0", demands, node, d)
		} else {
			s.Demand = int64(d)
		}
		if takes != nil {
			s.Service = a.scaled(at(takes, node))
		}
		if prize != nil {
			s.Prize = a.scaled(at(prize, node))
		}
		if node <= len(f.opens) {
			s.Windows = []Window{{a.scaled(f.opens[node-1]), a.scaled(f.closes[node-1])}}
		}
		in.Problem.Stops = append(in.Problem.Stops, s)
		in.nodes = append(in.nodes, int32(node-1))
	}
	return nil
}

// at is the value of a node, 0 past the end of its column.
func at(column []float64, node int) float64 {
	if node > len(column) {
		return 0
	}
	return column[node-1]
}

func (f *vrplib) vehicles(in *Instance, a arithmetic) error {
	capacity, err := f.number("CAPACITY", 0)
	if err != nil {
		return err
	}
	limit, err := f.number("DISTANCE", 0)
	if err != nil {
		return err
	}
	if limit, err = f.number("VEHICLES_MAX_DURATION", limit); err != nil {
		return err
	}
	count, err := f.number("VEHICLES", float64(max(len(in.Problem.Stops), 1)))
	if err != nil {
		return err
	}
	v := Vehicle{Count: int(min(count, MaxLocations)), Capacity: int64(capacity), MaxDuration: a.scaled(limit)}
	if f.depotOf == nil {
		f.addVehicle(in, a, v, f.depots[0])
		return nil
	}
	in.numbers = make([][]int, 0, len(f.depots))
	for k, depot := range f.depotOf {
		if depot < 1 || depot > f.dimension {
			return f.errorf("%s: vehicle %d starts at %d, which is no node", depotPlaces, k+1, depot)
		}
		t := slices.IndexFunc(in.Problem.Vehicles, func(v Vehicle) bool { return int(v.Start) == depot-1 })
		if t < 0 {
			t = len(in.Problem.Vehicles)
			v.Count = 0
			f.addVehicle(in, a, v, depot)
			in.numbers = append(in.numbers, nil)
		}
		in.Problem.Vehicles[t].Count++
		in.numbers[t] = append(in.numbers[t], k+1)
	}
	return nil
}

func (f *vrplib) addVehicle(in *Instance, a arithmetic, v Vehicle, depot int) {
	v.Start, v.End = int32(depot-1), int32(depot-1)
	if depot <= len(f.opens) {
		v.Shift = Window{a.scaled(f.opens[depot-1]), a.scaled(f.closes[depot-1])}
	}
	in.Problem.Vehicles = append(in.Problem.Vehicles, v)
}
