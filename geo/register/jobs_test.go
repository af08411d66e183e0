package register_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// The tables of River are those of its release that is built in.
func TestJobTables_AreThoseOfThisRiver(t *testing.T) {
	t.Parallel()
	ownerURL, _ := clustertest.Database(t)
	pool, err := pgxpool.New(t.Context(), ownerURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: register.JobSchema})
	if err != nil {
		t.Fatal(err)
	}
	found, err := migrator.Validate(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !found.OK {
		t.Errorf("add a migration with what River made new: %v", found.Messages)
	}
}

// argumentsOf are the structs of a file that a job's arguments may be, by what they
// hold besides ids.
func argumentsOf(file *ast.File) map[string][]string {
	named := map[string]bool{}
	for _, declaration := range file.Decls {
		function, is := declaration.(*ast.FuncDecl)
		if !is || function.Recv == nil || function.Name.Name != "Kind" || len(function.Type.Params.List) > 0 {
			continue
		}
		if receiver, is := function.Recv.List[0].Type.(*ast.Ident); is {
			named[receiver.Name] = true
		}
	}
	found := map[string][]string{}
	ast.Inspect(file, func(node ast.Node) bool {
		spec, is := node.(*ast.TypeSpec)
		if !is || !named[spec.Name.Name] {
			return true
		}
		found[spec.Name.Name] = []string{}
		fields, is := spec.Type.(*ast.StructType)
		if !is {
			found[spec.Name.Name] = append(found[spec.Name.Name], "no struct")
			return true
		}
		for _, field := range fields.Fields.List {
			kind, is := field.Type.(*ast.SelectorExpr)
			if from, named := kindPackage(kind, is); named && from == "uuid" && kind.Sel.Name == "UUID" {
				continue
			}
			for _, name := range field.Names {
				found[spec.Name.Name] = append(found[spec.Name.Name], name.Name)
			}
			if len(field.Names) == 0 {
				found[spec.Name.Name] = append(found[spec.Name.Name], "an embedded type")
			}
		}
		return true
	})
	return found
}

func kindPackage(kind *ast.SelectorExpr, is bool) (string, bool) {
	if !is {
		return "", false
	}
	from, is := kind.X.(*ast.Ident)
	if !is {
		return "", false
	}
	return from.Name, true
}

func TestJobArguments_AreIDsAlone(t *testing.T) {
	t.Parallel()
	seen := 0
	eachGoFile(t, filepath.Join("..", ".."), func(name string, _ *token.FileSet, file *ast.File) {
		if !slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"github.com/riverqueue/river"` }) {
			return
		}
		for arguments, others := range argumentsOf(file) {
			seen++
			if len(others) > 0 {
				t.Errorf("%s: a job's arguments are ids of type uuid.UUID alone; %s has %v", name, arguments, others)
			}
		}
	})
	if seen == 0 {
		t.Error("no job was looked at")
	}
}

func TestJobLint_SeesArguments(t *testing.T) {
	t.Parallel()
	const source = `package web
type sendArgs struct { Case uuid.UUID; Address string; base }
func (sendArgs) Kind() string { return "send" }`
	file, err := parser.ParseFile(token.NewFileSet(), "web.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	if others := argumentsOf(file)["sendArgs"]; !slices.Equal(others, []string{"Address", "an embedded type"}) {
		t.Errorf("found %v", others)
	}
}
