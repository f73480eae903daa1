from bench.flaws import main

main()
