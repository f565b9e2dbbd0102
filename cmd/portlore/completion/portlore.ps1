# PowerShell completion for portlore; what it offers comes from portlore itself
Register-ArgumentCompleter -Native -CommandName portlore, portlore.exe -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or $wordToComplete -ne '' } |
        ForEach-Object { $_.Extent.Text })
    if ($wordToComplete -eq '') { $words += '""' }
    foreach ($line in & portlore completion words -- @words 2>$null) {
        $name, $what = $line -split "`t", 2
        if ($name -eq ':files' -or $name -eq ':dirs') { continue }
        if (-not $what) { $what = $name }
        [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $what)
    }
}
