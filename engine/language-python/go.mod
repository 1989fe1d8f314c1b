module arize-tasks/engine/language-python

go 1.20

require github.com/pulumi/pulumi/sdk/v3 v3.79.0
