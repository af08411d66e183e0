"""The solver beside its rivals, on instances of research: rounds solve, PyVRP, OR-Tools and VROOM.

    solver.py ROUNDS DATA SECONDS SET/NAME...

Each has SECONDS of one thread's processor time, but for VROOM, which ends by itself at its best exploration level:
its time stands beside its gap. Costs are counted here from the routes, by the arithmetic of each set; the gap is to
bks.csv, in percent. PyVRP reads CVRP, VRPTW, MDVRPTW and PCVRPTW; the others are given CVRP and VRPTW.
"""
import csv, json, math, multiprocessing, os, re, subprocess, sys, time

ROUNDING = {"CVRP": "round", "VRPTW": "dimacs", "PCVRPTW": "dimacs", "MDVRPTW": "exact"}
SCALE = {"CVRP": 1, "VRPTW": 10, "PCVRPTW": 1, "MDVRPTW": 1}  # of what PyVRP counts to what bks.csv does


class Until:
    """Ends a search of PyVRP by processor time."""

    def __init__(self, seconds):
        self.begun, self.seconds = time.process_time(), seconds

    def __call__(self, best_cost):
        return time.process_time() - self.begun >= self.seconds

    def fraction_remaining(self):
        return max(0.0, 1 - (time.process_time() - self.begun) / self.seconds)


def read(path):
    import pyvrp
    with open(path) as f:
        kind = re.search(r"^TYPE\s*:\s*(\S+)", f.read(), re.M)[1]
    return kind, pyvrp.read(path, round_func=ROUNDING[kind])


def arithmetic(data):
    """Rows of distances, depots first, as PyVRP rounds them."""
    return data.distance_matrix(0)


def length(matrix, routes):
    return int(sum(matrix[a, b] for route in routes for a, b in zip([0, *route], [*route, 0])))


def pyvrp_cost(path, seconds):
    import pyvrp
    kind, data = read(path)
    result = pyvrp.solve(data, stop=Until(seconds), seed=1, display=False)
    return result.cost() / SCALE[kind] if result.is_feasible() else None


def stops(data):
    """Demand, opening, closing and service of each client."""
    for client in data.clients():
        yield client.delivery[0] if client.delivery else 0, client.tw_early, client.tw_late, client.service_duration


def ortools_cost(path, seconds):
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2
    kind, data = read(path)
    if kind not in ("CVRP", "VRPTW"):
        return None
    matrix, vehicle = arithmetic(data), data.vehicle_types()[0]
    manager = pywrapcp.RoutingIndexManager(len(matrix), vehicle.num_available, 0)
    routing = pywrapcp.RoutingModel(manager)
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(matrix.tolist()))
    clients = list(stops(data))
    demand = routing.RegisterUnaryTransitVector([0] + [c[0] for c in clients])
    routing.AddDimension(demand, 0, vehicle.capacity[0], True, "load")
    if kind == "VRPTW":
        took = [0] + [c[3] for c in clients]
        travel = routing.RegisterTransitMatrix([[int(d) + took[i] for d in row] for i, row in enumerate(matrix)])
        horizon = vehicle.tw_late
        routing.AddDimension(travel, horizon, horizon, False, "time")
        clock = routing.GetDimensionOrDie("time")
        for i, c in enumerate(clients):
            clock.CumulVar(manager.NodeToIndex(i + 1)).SetRange(c[1], c[2])
    begun = time.process_time()
    limit = routing.solver().CustomLimit(lambda: time.process_time() - begun >= seconds)
    routing.AddSearchMonitor(limit)
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    how.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    how.time_limit.FromSeconds(int(100 * seconds))
    found = routing.SolveWithParameters(how)
    if found is None:
        return None
    routes = []
    for v in range(vehicle.num_available):
        at, route = found.Value(routing.NextVar(routing.Start(v))), []
        while not routing.IsEnd(at):
            route.append(manager.IndexToNode(at))
            at = found.Value(routing.NextVar(at))
        routes.append(route)
    return length(matrix, [r for r in routes if r]) / SCALE[kind]


def vroom_cost(path, seconds):
    import numpy
    import vroom
    kind, data = read(path)
    if kind not in ("CVRP", "VRPTW"):
        return None
    matrix, vehicle = arithmetic(data), data.vehicle_types()[0]
    problem = vroom.Input()
    problem.set_durations_matrix("car", numpy.asarray(matrix, dtype=numpy.uint32))
    problem.set_costs_matrix("car", numpy.asarray(matrix, dtype=numpy.uint32))
    span = {"time_window": vroom.TimeWindow(0, vehicle.tw_late)} if kind == "VRPTW" else {}
    # VROOM's work grows with the vehicles it is offered: as many as demand needs, and some.
    clients = list(stops(data))
    need = math.ceil(sum(c[0] for c in clients) / vehicle.capacity[0])
    for v in range(min(vehicle.num_available, need + 10 if kind == "CVRP" else 2 * need)):
        problem.add_vehicle(vroom.Vehicle(v + 1, start=0, end=0, capacity=[vehicle.capacity[0]], **span))
    for i, c in enumerate(clients):
        window = {"time_windows": [vroom.TimeWindow(c[1], c[2])]} if kind == "VRPTW" else {}
        problem.add_job(vroom.Job(i + 1, location=i + 1, default_service=c[3], delivery=[c[0]], **window))
    solution = problem.solve(exploration_level=5, nb_threads=1)
    routes = {}
    for step in solution.routes.itertuples():
        if step.type == "job":
            routes.setdefault(step.vehicle_id, []).append(int(step.id))
    if sum(map(len, routes.values())) < len(clients):
        return None
    return length(matrix, routes.values()) / SCALE[kind]


def rounds_cost(rounds, path, seconds):
    answer = subprocess.run([rounds, "solve", path, "--cpu", f"{seconds}s", "--seed", "1", "--json"], check=True, capture_output=True, text=True)
    found = json.loads(answer.stdout)
    return found["cost"] if found["feasible"] else None


def apart(solve, path, seconds, queue):
    begun = time.process_time()
    queue.put((solve(path, seconds), time.process_time() - begun))


def measured(solve, path, seconds):
    """Cost and processor seconds, in a process of its own."""
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=apart, args=(solve, path, seconds, queue))
    process.start()
    while process.is_alive() and queue.empty():
        process.join(0.1)
    answer = (None, 0.0) if queue.empty() else queue.get()
    process.join()
    return answer


def main(rounds, data, seconds, *names):
    seconds = float(seconds)
    with open(os.path.join(data, "bks.csv"), encoding="utf-8") as f:
        best = {f"{row['set']}/{row['name']}": float(row["best_known"]) for row in csv.DictReader(f)}
    print(f"| instance, {seconds:g} s | Rounds | PyVRP | OR-Tools | VROOM | seconds of VROOM |\n|---|---|---|---|---|---|")
    for name in names:
        path = os.path.join(data, name + ".vrp")
        gap = lambda cost: "-" if cost is None else f"{100 * (cost / best[name] - 1):.2f}"
        own = rounds_cost(rounds, path, seconds)
        others = [measured(solve, path, seconds) for solve in (pyvrp_cost, ortools_cost, vroom_cost)]
        print(f"| {name} | {gap(own)} | " + " | ".join(gap(cost) for cost, _ in others) + f" | {others[-1][1]:.0f} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
