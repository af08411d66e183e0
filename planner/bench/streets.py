#!/usr/bin/env python3
"""Puts planner/network beside OSRM and Valhalla, on foot, on the same extracts and points.

    streets.py FOLDER STREETS ROUNDS EXTRACT...   FOLDER keeps what is built; STREETS and ROUNDS are the
                                                  programs planner/bench/streets and cmd/rounds

Prints the tables of docs/benchmarks.md, "Streets". The rivals are osrm-bindings and pyvalhalla, with their
command-line tools; `make bench-network` installs them into a virtual environment outside the repository.
Speeds are aligned: all three walk at 5 km/h, and what crossing wide streets costs, which the rivals do not know, is
taken off our times. Stairs, trails and surfaces stay as they are; what then differs by more than 20 % is told apart.
"""
import bz2, collections, csv, json, math, os, pathlib, resource, shutil, statistics, subprocess, sys, time, urllib.request

PAIRS = 1000


def measured(command, **kwargs):
    """Runs a command: (wall seconds, processor seconds, peak MB)."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = subprocess.Popen(["/usr/bin/time", "-f", "%M", *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **kwargs)
    _, err = peak.communicate()
    if peak.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{err[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - began, cpu, int(err.strip().splitlines()[-1]) / 1024


def answer(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command} failed: {done.stderr}")
    return json.loads(done.stdout)


def part(result, name):
    """The quickest of the parts of a name, by processor."""
    return min((p for p in result["parts"] if p["name"] == name), key=lambda p: p["cpu_s"])


def read_points(path):
    with open(path) as f:
        return [(float(r["lon"]), float(r["lat"])) for r in csv.DictReader(f)]


class Rivals:
    """OSRM and Valhalla, built for one extract."""

    def __init__(self, folder, extract):
        import osrm, valhalla
        self.osrm_module, self.valhalla_module = osrm, valhalla
        self.tools = pathlib.Path(osrm.__file__).parent
        self.valhalla_tools = pathlib.Path(valhalla.__file__).parent / "bin"
        self.folder, self.extract = folder / extract.name.split(".")[0], extract
        (self.folder / "tiles").mkdir(parents=True, exist_ok=True)
        if extract.suffix == ".bz2":  # which Valhalla's tools do not read
            self.extract = self.folder / extract.stem
            if not self.extract.exists():
                with bz2.open(extract) as packed, open(self.extract, "wb") as f:
                    shutil.copyfileobj(packed, f)
        self.base = self.folder / "m.osrm"

    def build(self):
        """Processor and wall seconds and peak memory of OSRM's two steps and of Valhalla's one."""
        extracted = measured([self.tools / "bin/osrm-extract", "-p", self.tools / "share/profiles/foot.lua", "-o", self.base, self.extract])
        contracted = measured([self.tools / "bin/osrm-contract", self.base])
        config = self.config()
        tiles = measured([self.valhalla_tools / "valhalla_build_tiles", "-c", config, self.extract])
        return (extracted[0] + contracted[0], extracted[1] + contracted[1], max(extracted[2], contracted[2])), tiles

    def config(self):
        from valhalla.config import get_config
        config = get_config(tile_extract="", tile_dir=str(self.folder / "tiles"))
        config["mjolnir"]["concurrency"] = 2
        config["mjolnir"]["admin"] = config["mjolnir"]["timezone"] = ""
        config["service_limits"]["pedestrian"].update(max_matrix_location_pairs=10**7, max_locations=10**5, max_matrix_distance=4e5, max_distance=4e5)
        path = self.folder / "valhalla.json"
        path.write_text(json.dumps(config))
        return path

    def engine(self):
        return self.osrm_module.OSRM(storage_config=str(self.base), use_shared_memory=False, max_locations_distance_table=-1, max_locations_viaroute=-1)

    def osrm_table(self, points, annotations=("duration",)):
        """Wall and processor seconds of a whole table, and its rows."""
        engine = self.engine()
        parameters = self.osrm_module.TableParameters(coordinates=points, annotations=list(annotations))
        began, before = time.monotonic(), time.process_time()
        table = engine.Table(parameters)
        spent = time.monotonic() - began, time.process_time() - before
        return spent, table

    def osrm_pairs(self, pairs):
        """(seconds, metres, snapped from, snapped to) of each pair, None where no way leads."""
        engine, found = self.engine(), []
        for a, b in pairs:
            try:
                table = engine.Table(self.osrm_module.TableParameters(coordinates=[a, b], annotations=["duration", "distance"]))
                seconds, metres = table["durations"][0][1], table["distances"][0][1]
                where = [tuple(table[k][i]["location"]) for k, i in (("sources", 0), ("destinations", 1))]
                found.append(None if seconds is None else (seconds, metres, *where))
            except RuntimeError:
                found.append(None)
        return found

    def valhalla_pairs(self, pairs):
        actor, found = self.valhalla_module.Actor(str(self.config())), []
        for a, b in pairs:
            # A flat 5 km/h without penalties, as OSRM has it.
            question = {"sources": [dict(zip(("lon", "lat"), a))], "targets": [dict(zip(("lon", "lat"), b))], "costing": "pedestrian", "units": "kilometers",
                        "costing_options": {"pedestrian": {"walking_speed": 5.0, "step_penalty": 0, "alley_factor": 1, "driveway_factor": 1, "walkway_factor": 1, "sidewalk_factor": 1}}}
            try:
                table = json.loads(actor.matrix(json.dumps(question)))
                pair = table["sources_to_targets"][0][0]
                where = [(table[k][0]["lon"], table[k][0]["lat"]) for k in ("sources", "targets")]
                found.append(None if pair["time"] is None else (pair["time"], pair["distance"] * 1000, *where))
            except RuntimeError:
                found.append(None)
        return found


def metres(a, b):
    k = 111320 * math.cos(math.radians((a[1] + b[1]) / 2)), 110540
    return math.hypot((a[0] - b[0]) * k[0], (a[1] - b[1]) * k[1])


def own_pairs(streets, extract, points_file, count, out):
    """The first half of the points to the second: what `streets pairs` writes, a line a pair."""
    result = answer(streets, "pairs", extract, "foot", points_file, out)
    with open(out) as f:
        return result, [json.loads(line) for line in f]


def explain(own, rival, pair):
    """Why a rival's walk takes another time than ours."""
    if rival is None:
        return "the rival finds no way"
    if own is None:
        moved = max(metres(a, b) for a, b in zip(pair, rival[2:]))
        return "on parts of the map that no way joins: the rival moves the point by over 50 m" if moved > 50 else "on a bridge, or over 250 m from a way: no door there"
    ours, theirs = (own["from"], own["to"]), rival[2:]
    if max(metres(a, b) for a, b in zip(ours, theirs)) > 25:
        return "meets the street elsewhere"
    if own["ferry_m"] > 0:
        return "ferry"
    if abs(own["metres"] - rival[1]) <= 0.1 * max(own["metres"], 1):
        return "same way: stairs, trail, surface or slope"
    if own["crossing_s"] > 0:
        return "another way, to cross wide streets less"
    if own["seconds"] > rival[0]:
        return "rival takes a way that is closed or slow to us"
    return "we take a way that the rival has not"


def compare(own, rival, pairs, name):
    ratios, reasons = [], collections.Counter()
    for mine, theirs, pair in zip(own, rival, pairs):
        if mine is None and theirs is None:
            continue
        if mine is None or theirs is None:
            reasons[explain(mine, theirs, pair)] += 1
            continue
        if theirs[0] < 30:
            continue  # seconds of rounding
        ratio = (mine["seconds"] - mine["crossing_s"]) / theirs[0]
        ratios.append(ratio)
        if abs(ratio - 1) > 0.2:
            reasons[explain(mine, theirs, pair)] += 1
    deviations = sorted(abs(r - 1) for r in ratios)
    told = "; ".join(f"{n} {why}" for why, n in reasons.most_common()) or "none"
    print(f"| {name} | {len(ratios)} | {statistics.median(ratios):.3f} | {100 * statistics.median(deviations):.1f} % | {100 * deviations[int(0.9 * len(deviations))]:.1f} % | {told} |")


def agreement(folder, streets, extracts):
    print(f"\nDurations of {PAIRS} random pairs, ours over theirs\n")
    print("| extract, rival | pairs | median ratio | median deviation | 90th percentile | over 20 %, and why |")
    print("|---|---|---|---|---|---|")
    for extract in extracts:
        name = extract.name.split(".")[0]
        points_file = folder / f"{name}.pairs.csv"
        answer(streets, "points", extract, 2 * PAIRS, points_file)
        points = read_points(points_file)
        pairs = list(zip(points[:PAIRS], points[PAIRS:]))
        _, own = own_pairs(streets, extract, points_file, PAIRS, folder / f"{name}.own.jsonl")
        rivals = Rivals(folder, extract)
        compare(own, rivals.osrm_pairs(pairs), pairs, f"{name}, OSRM")
        compare(own, rivals.valhalla_pairs(pairs), pairs, f"{name}, Valhalla")


def builds(folder, streets, extracts):
    print("\nBuilding, on foot\n")
    print("| extract | ways | Rounds wall / CPU s | MB | OSRM extract + contract wall / CPU s | MB | Valhalla tiles wall / CPU s | MB |")
    print("|---|---|---|---|---|---|---|---|")
    for extract in extracts:
        own = answer(streets, "build", extract, "foot")
        wall = sum(p["wall_s"] for p in own["parts"])
        cpu = sum(p["cpu_s"] for p in own["parts"])
        osrm, tiles = Rivals(folder, extract).build()
        print(f"| {extract.name.split('.')[0]} | {own['ways']} | {wall:.1f} / {cpu:.1f} | {own['peak_mb']:.0f} | {osrm[0]:.1f} / {osrm[1]:.1f} | {osrm[2]:.0f} | {tiles[0]:.1f} / {tiles[1]:.1f} | {tiles[2]:.0f} |")


def tables(folder, streets, extracts):
    print("\nWhole tables: seconds and metres for Rounds, OSRM's bindings with durations alone\n")
    print("| extract | points | Rounds wall / CPU s | OSRM wall / CPU s |")
    print("|---|---|---|---|")
    for extract in extracts:
        name = extract.name.split(".")[0]
        size = {"delaware-latest": 1000, "lauf-de-2020": 5000}.get(name)
        if size is None:
            continue
        points_file = folder / f"{name}.table.csv"
        answer(streets, "points", extract, size, points_file)
        own = part(answer(streets, "table", extract, "foot", points_file, folder / "table.bin"), "table")
        points = read_points(points_file)
        (wall, cpu), _ = Rivals(folder, extract).osrm_table(points)
        print(f"| {name} | {size:,} x {size:,} | {own['wall_s']:.2f} / {own['cpu_s']:.2f} | {wall:.2f} / {cpu:.2f} |")


def nearest(folder, streets, extracts):
    for extract in extracts:
        if extract.name.startswith("delaware"):
            points_file = folder / "million.csv"
            answer(streets, "points", extract, 1_000_000, points_file)
            own = answer(streets, "nearest", extract, "foot", points_file, 50)
            snap, near = part(own, "snap"), part(own, "nearest")
            print(f"\n50 nearest of 1,000,000 points on {extract.name.split('.')[0]}: snap {snap['wall_s']:.1f} s wall, {snap['cpu_s']:.1f} s CPU; "
                  f"nearest {near['wall_s']:.1f} s wall, {near['cpu_s']:.1f} s CPU; {own['peak_mb']:.0f} MB at most")


def servers(folder, rounds, extract):
    """Asks real servers through `rounds matrix --router` and compares with the bindings."""
    rivals = Rivals(folder, extract)
    name = extract.name.split(".")[0]
    points = read_points(folder / f"{name}.pairs.csv")[:60]
    file = folder / "router.csv"
    file.write_text("id,lon,lat\n" + "".join(f"{i},{x},{y}\n" for i, (x, y) in enumerate(points)))
    port, free = 15311, 15312
    server = subprocess.Popen([rivals.tools / "bin/osrm-routed", "--ip", "127.0.0.1", "-p", str(port), rivals.base], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    config = json.loads(rivals.config().read_text())
    config["httpd"]["service"].update(listen=f"tcp://127.0.0.1:{free}", loopback=f"ipc://{folder}/loopback", interrupt=f"ipc://{folder}/interrupt")
    for service in ("loki", "thor", "odin"):
        config[service].setdefault("service", {})["proxy"] = f"ipc://{folder}/{service}"
    (folder / "served.json").write_text(json.dumps(config))
    second = subprocess.Popen([rivals.valhalla_tools / "valhalla_service", folder / "served.json", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for kind, at in (("osrm", port), ("valhalla", free)):
            wait(at)
            out = folder / f"router-{kind}.csv"
            subprocess.run([rounds, "matrix", "--router", f"{kind}=http://127.0.0.1:{at}", file, "-o", out], check=True, stderr=subprocess.DEVNULL)
            with open(out) as f:
                got = [int(r["seconds"]) if r["seconds"] else None for r in csv.DictReader(f)]
            pairs = [(points[i], points[i + 1]) for i in range(len(points) - 1)]
            wanted = rivals.osrm_pairs(pairs) if kind == "osrm" else None
            reached = sum(v is not None for v in got)
            line = f"\n`rounds matrix --router {kind}`: {reached} of {len(got)} pairs answered by a live server"
            if wanted:
                worst = 0
                for i, (pair, want) in enumerate(zip(pairs, wanted)):
                    have = got[i * len(points) + i + 1]
                    if want and have is not None:
                        doors = (metres(pair[0], want[2]) + metres(pair[1], want[3])) / (5 / 3.6) * 1.4
                        worst = max(worst, abs(have - want[0] - doors))
                line += f"; against the bindings, doors added, {worst:.1f} s off at most"
            print(line)
    finally:
        server.terminate()
        second.terminate()


def wait(port):
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
            continue
        return
    sys.exit(f"no server came up at port {port}")


def main():
    sys.stdout.reconfigure(line_buffering=True)
    folder, streets, rounds, *extracts = map(pathlib.Path, sys.argv[1:])
    if not extracts:
        sys.exit(__doc__)
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    builds(folder, streets, extracts)
    agreement(folder, streets, extracts)
    tables(folder, streets, extracts)
    nearest(folder, streets, extracts)
    servers(folder, rounds, min(extracts, key=lambda e: e.stat().st_size))
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
