func.func @odd(%a: tensor<2xi64> {bnn.name = "x.0"}, %b: tensor<2xi8> {bnn.name = "x:0", bnn.unsigned},
               %c: tensor<2xi1> {bnn.name = "int"})
    -> (tensor<2xi64> {bnn.name = "workspace"}, tensor<2xi1> {bnn.name = "*/"}) attributes {bnn.entry} {
  return %a, %c : tensor<2xi64>, tensor<2xi1>
}
