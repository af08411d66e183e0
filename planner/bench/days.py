"""The solver beside its rivals on days of real places (planner/bench/solver day): walking time of all routes.

    days.py SOLVER SECONDS FOLDER...

Each has SECONDS of one thread's processor time, but for VROOM, which knows the wall clock alone and may end by itself.
Everybody's routes are checked and counted here. Printed is what Rounds walks, and for each rival what it walks more.
"""
import datetime, json, os, subprocess, sys
from dataclasses import dataclass

import numpy

from solver import Until, measured

LEFT_OUT = 10**6  # s, what OR-Tools pays for a household that is not met


@dataclass
class Day:
    starts: int
    households: int
    visit_s: int
    shift_s: list
    workers_per_start: int
    windows_s: list
    walks: numpy.ndarray

    @classmethod
    def read(cls, folder):
        with open(os.path.join(folder, "day.json"), encoding="utf-8") as f:
            day = json.load(f)
        size = day["starts"] + day["households"]
        return cls(**day, walks=numpy.fromfile(os.path.join(folder, "walks.bin"), dtype="<i4").reshape(size, size))

    def walked(self, routes):
        """Seconds walked on (start, households) routes; None when one is late or somebody is not met once."""
        met, total, used = [], 0, [0] * self.starts
        for start, households in routes:
            if not households:
                continue
            used[start] += 1
            # A route leaves so that it need not wait for its first household, if it can: leaving early is as good.
            clock, at = self.shift_s[0], start
            for household in households:
                to = self.starts + household
                total += int(self.walks[at, to])
                opens, closes = self.windows_s[household]
                clock, at = max(clock + int(self.walks[at, to]), opens), to
                if clock > closes:
                    return None
                clock += self.visit_s
            total += int(self.walks[at, start])
            if clock + int(self.walks[at, start]) > self.shift_s[1]:
                return None
            met += households
        return total if sorted(met) == list(range(self.households)) and max(used) <= self.workers_per_start else None


def pyvrp_walks(folder, seconds):
    import pyvrp
    day = Day.read(folder)
    opens, closes = day.shift_s
    walks = day.walks.astype(numpy.int64)
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0)] * len(walks),
        clients=[pyvrp.Client(day.starts + k, service_duration=day.visit_s, tw_early=w[0], tw_late=w[1]) for k, w in enumerate(day.windows_s)],
        depots=[pyvrp.Depot(k) for k in range(day.starts)],
        vehicle_types=[pyvrp.VehicleType(day.workers_per_start, start_depot=k, end_depot=k, tw_early=opens, tw_late=closes) for k in range(day.starts)],
        distance_matrices=[walks],
        duration_matrices=[walks],
    )
    best = pyvrp.solve(data, stop=Until(seconds), seed=1, display=False).best
    return day.walked([(route.start_depot(), [stop.idx for stop in route if stop.is_client()]) for route in best.routes()])


def ortools_walks(folder, seconds):
    import time
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2
    day = Day.read(folder)
    ends = [k for k in range(day.starts) for _ in range(day.workers_per_start)]
    manager = pywrapcp.RoutingIndexManager(len(day.walks), len(ends), ends, ends)
    routing = pywrapcp.RoutingModel(manager)
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(day.walks.tolist()))
    took = numpy.repeat([0, day.visit_s], [day.starts, day.households])
    horizon = day.shift_s[1]
    routing.AddDimension(routing.RegisterTransitMatrix((day.walks + took[:, None]).tolist()), horizon, horizon, False, "time")
    clock = routing.GetDimensionOrDie("time")
    for household, window in enumerate(day.windows_s):
        index = manager.NodeToIndex(day.starts + household)
        clock.CumulVar(index).SetRange(*window)
        routing.AddDisjunction([index], LEFT_OUT)  # else it finds no first solution
    begun = time.process_time()
    limit = routing.solver().CustomLimit(lambda: time.process_time() - begun >= seconds)
    routing.AddSearchMonitor(limit)
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    how.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    how.time_limit.FromSeconds(int(100 * seconds))
    found = routing.SolveWithParameters(how)
    if found is None:
        return None
    routes = []
    for v, start in enumerate(ends):
        at, route = found.Value(routing.NextVar(routing.Start(v))), []
        while not routing.IsEnd(at):
            route.append(manager.IndexToNode(at) - day.starts)
            at = found.Value(routing.NextVar(at))
        routes.append((start, route))
    return day.walked(routes)


def vroom_walks(folder, seconds):
    import vroom
    day = Day.read(folder)
    problem = vroom.Input()
    walks = day.walks.astype(numpy.uint32)
    problem.set_durations_matrix("car", walks)
    problem.set_costs_matrix("car", walks)
    shift = vroom.TimeWindow(*day.shift_s)
    for v in range(day.starts * day.workers_per_start):
        start = v // day.workers_per_start
        problem.add_vehicle(vroom.Vehicle(v + 1, start=start, end=start, time_window=shift))
    for household, window in enumerate(day.windows_s):
        problem.add_job(vroom.Job(household + 1, location=day.starts + household, default_service=day.visit_s, time_windows=[vroom.TimeWindow(*window)]))
    solution = problem.solve(exploration_level=5, nb_threads=1, timeout=datetime.timedelta(seconds=seconds))
    routes = {}
    for step in solution.routes.itertuples():
        if step.type == "job":
            routes.setdefault(step.vehicle_id, []).append(int(step.id) - 1)
    return day.walked([((vehicle - 1) // day.workers_per_start, households) for vehicle, households in routes.items()])


def rounds_walks(solver, folder, seconds):
    answer = subprocess.run([solver, "solve", folder, str(seconds)], check=True, capture_output=True, text=True)
    return Day.read(folder).walked([(route["start"], route["households"]) for route in json.loads(answer.stdout)])


def main(solver, seconds, *folders):
    seconds = float(seconds)
    print(f"| day, {seconds:g} s | households | Rounds, s walked | PyVRP | OR-Tools | VROOM | seconds of VROOM |\n|---|---|---|---|---|---|---|")
    for folder in folders:
        own = rounds_walks(solver, folder, seconds)
        others = [measured(solve, folder, seconds) for solve in (pyvrp_walks, ortools_walks, vroom_walks)]
        more = lambda walked: "not all" if walked is None else f"{100 * (walked / own - 1):+.2f} %"
        print(f"| {os.path.basename(folder)} | {Day.read(folder).households} | {own} | " + " | ".join(more(walked) for walked, _ in others) + f" | {others[-1][1]:.0f} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
