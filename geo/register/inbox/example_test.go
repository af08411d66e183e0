package inbox_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/inbox"
)

func ExampleHouseholds() {
	const file = "编号,经度,纬度,街道,门牌号,姓名\nb-1,117.21,29.29,解放路,18,张三\nb-2,29.29,117.21,解放路,20,李四\nb-3,无,29.29,解放路,22,王五\n"
	var left inbox.Left
	rows := inbox.Households(context.Background(), strings.NewReader(file), nil, &left)
	err := rows(func(row int64, h geo.Household, complaint *register.Complaint) error {
		if complaint == nil {
			complaint = register.CheckHousehold(h)
		}
		if complaint != nil {
			fmt.Printf("row %d: %s %s\n", row, complaint.Field, complaint.Problem)
			return nil
		}
		fmt.Println(h.ID, h.At, h.Address.Line())
		return nil
	})
	fmt.Println(left.Columns, "column left out;", err)
	// Output:
	// b-1 [117.21 29.29] 解放路 18
	// row 3: lat is more than 90 degrees; are lon and lat swapped?
	// row 4: lon is no number; want it like 1.5218
	// 1 column left out; <nil>
}
